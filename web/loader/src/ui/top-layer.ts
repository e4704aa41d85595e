// Keeps the banner where visitors can press its buttons: above popovers and full screen, and out of the way of a modal
// dialog of the page, which makes everything else inert. The banner never is a modal dialog itself (C-43).
import { attempt } from '../core/attempt';
import type { Core } from '../core/core';
import { findEverywhere } from '../core/find';
import { hookFunctions } from '../gate/hook';

/** The elements of the page that are above all others, except dialogs. */
const ABOVE = ':popover-open:not(#nod), :fullscreen';

let core: Pick<Core, 'getRoot'>;
let covering: Element[] = []; // what is above the page now

/** Not every browser reports dialogs by an event, and none reports one that is taken out of the page. */
const observer = new MutationObserver((records) => {
  if (records.some((r) => r.attributeName) || covering.some((e) => !e.isConnected)) update();
});

const watchRoot = (root: Node): void =>
  observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ['open'] });

/** Starts watching the page. */
export function start(from: typeof core): void {
  core = from;
  watchRoot(document);
  hookFunctions(window, 'HTMLDialogElement', 'showModal', openAbove);
  hookFunctions(window, 'HTMLElement', 'showPopover togglePopover', openAbove);
  update();
}

/** Listens. A page that is written again has no listeners, and gets them again. */
function listen(): void {
  for (const type of ['toggle', 'fullscreenchange', 'close']) addEventListener(type, onToggle, true);
  for (const type of ['click', 'keyup']) addEventListener(type, updateSoon, true);
}

const onToggle = (e: Event): unknown => isHost(e.target) || update();

const isHost = (e: EventTarget | null): boolean => e == core.getRoot()?.host;

/** Updates after the page's own listeners: a click or a key may open something in a shadow root, which is no event
 * here. */
function updateSoon(): void {
  if (core.getRoot()?.getElementById('nod-banner')?.hidden === false) setTimeout(update, 0, true);
}

/** Opens something above the page, perhaps in a closed shadow root, where nothing finds it. */
function openAbove(args: unknown[], open: (args: unknown[]) => unknown, e: Element): unknown {
  const result = open(args);
  attempt(() => {
    if (isHost(e)) return; // it is placeBanner that calls
    for (const type of ['close', 'toggle']) e.addEventListener(type, onToggle);
    covering = covering.filter((e) => e.isConnected).concat(e);
    update();
  });
  return result;
}

/** Puts the banner where it belongs now. Browsers without popovers leave it where it is. */
export function update(onlyIfChanged = false): void {
  listen();
  attempt(() => placeBanner(core.getRoot(), onlyIfChanged));
}

/** The elements above the page that a selector matches, without our own. */
function findAbove(root: ShadowRoot, selector: string): Element[] {
  const known = covering.filter((e) => e.isConnected && e.matches(selector));
  return [...new Set(known.concat(findEverywhere(selector)))].filter((e) => e != root.host && e.getRootNode() != root);
}

function placeBanner(root: ShadowRoot, onlyIfChanged: boolean): void {
  const banner = root.getElementById('nod-banner');
  const host = root.host as HTMLElement;
  if (!banner || !host.showPopover) return;
  const modals = findAbove(root, 'dialog:modal');
  const others = findAbove(root, ABOVE);
  const all = modals.concat(others);
  if (onlyIfChanged && all.length == covering.length && all.every((e) => covering.includes(e))) return;
  covering = all;
  all.forEach((e) => watchRoot(e.getRootNode()));
  banner.style.display = modals.length ? 'none' : '';
  if (host.popover) host.hidePopover(); // to be the last in the top layer again
  if (banner.hidden || !others.length) return host.removeAttribute('popover');
  host.popover = 'manual';
  host.showPopover();
}
