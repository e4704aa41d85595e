// Draws placeholders for blocked frames, and unfolds the templates of granted purposes. A placeholder says what would
// load, from whom and for what, and offers to load it once or always. more.js loads this script on pages with blocked
// frames or templates.
//
// A frame is in one of these states:
//
//     blocked ──drawn──▶ behind its placeholder ──once──▶ loaded once ──refused since──▶ blocked
//                                 └──granted, or removed──▶ the placeholder is removed; the gate loads the frame
import { attempt } from '../core/attempt';
import type { PlaceholderConfig } from '../core/config';
import type { Core } from '../core/core';
import { getRootElement, createElement } from '../core/dom';
import { findElement, findEverywhere } from '../core/find';
import { makeObject } from '../core/list';
import { listNeededIds } from '../core/tags';
import { setSource } from '../gate/tagged-source';
import { setTagNonce } from '../gate/tag-nonce';
import { makeTemplateUnfolder } from '../gate/templates';
import * as ownEvents from '../ui/own-events';
import { copyAttributes, makeFitter, MIN_SIZE } from '../ui/placeholder-box';

/** Set by the line that the server writes before the bundle. */
declare const __NOD__: PlaceholderConfig;

const { html: placeholderHTML, css, names, separator, service: serviceSuffix } = __NOD__;

let core: Core;
let template: HTMLElement | undefined; // of all placeholders
// With each frame the host of its placeholder, and the frame's style before.
const placeholders = new Map<HTMLIFrameElement, { host: HTMLElement; style: string | null }>();
const decisionsAtLoad = new Map<HTMLIFrameElement, string>(); // of frames loaded once, the last decision then
let loadedOnce: WeakSet<Element>; // the same frames, for more.js

const REDRAW_PAUSE = 400 * TIME_SCALE; // in ms: fewer than three flashes a second (WCAG 2.2, 2.3.1)

// A placeholder is removed together with its frame. One that the page removed comes back: libraries that morph a page
// into its new markup take out what that does not have.
const removals = new MutationObserver(() => {
  removePlaceholders((e) => !e.isConnected);
  for (const [e, { host }] of [...placeholders]) {
    if (host.isConnected) continue;
    removePlaceholder(e);
    setTimeout(showPlaceholder, REDRAW_PAUSE, e);
  }
});

// A frame may be hidden at first, in a tab or in closed details. Older browsers draw it with the next change of state.
const sizes = attempt(
  () => new ResizeObserver((all) => all.forEach((r) => showPlaceholder(r.target as HTMLIFrameElement))),
);

/** Starts the placeholders; the result draws those of the present state. The frames that the visitor loads once are
 * added to once. */
export function start(from: Core, once: WeakSet<Element>): () => void {
  core = from;
  loadedOnce = once;
  setTagNonce(core.tagNonce);
  ownEvents.start((target) => [...placeholders.values()].some(({ host }) => host == target));
  removals.observe(document, { childList: true, subtree: true });
  const unfold = makeTemplateUnfolder(isGranted);
  return () => {
    unfold();
    unloadRefused();
    removePlaceholders((e) => !e.isConnected || isGranted(e));
    findEverywhere<HTMLIFrameElement>('iframe[data-category][data-src]').forEach(showPlaceholder);
  };
}

const isGranted = (e: HTMLElement): boolean => !!listNeededIds(e)?.every(core.isGranted);

/** Unloads the frames that were loaded once and are refused since. */
function unloadRefused(): void {
  const isRefused = (id: string): boolean => core.getQuestion().states[id] == 'denied';
  for (const [e, decision] of decisionsAtLoad) {
    if (core.getStored().decision == decision || !listNeededIds(e)?.some(isRefused)) continue;
    forgetLoadedOnce(e);
    setSource(e, 'src', null);
  }
}

function forgetLoadedOnce(e: HTMLIFrameElement): void {
  decisionsAtLoad.delete(e);
  loadedOnce.delete(e);
}

/** Shows a placeholder instead of a frame that is blocked, as soon as that can be seen. */
function showPlaceholder(e: HTMLIFrameElement): void {
  // A frame that the page moves loads again, so it is blocked again.
  if (decisionsAtLoad.has(e) && !e.getAttribute('src')) forgetLoadedOnce(e);
  if (placeholders.has(e) || decisionsAtLoad.has(e) || isGranted(e)) return sizes?.unobserve(e);
  sizes?.observe(e);
  attempt(() => drawPlaceholder(e));
}

/** Draws a placeholder if the frame is large enough and all its names are known. */
function drawPlaceholder(e: HTMLIFrameElement): void {
  const address = new URL(e.dataset['src'] || '', getRootElement().baseURI); // throws if nothing could be loaded
  const ids = listNeededIds(e);
  const isKnown = (id: string): boolean => Object.prototype.hasOwnProperty.call(names, id);
  if (!ids?.every(isKnown) || e.offsetWidth < MIN_SIZE.width || e.offsetHeight < MIN_SIZE.height) return;
  const copy = clonePlaceholder();
  describeContent(copy, e, ids, address);
  findElement(copy, '.once').addEventListener('click', () => loadOnce(e, address));
  findElement(copy, '.always').addEventListener('click', () => allowAlways(e, ids));
  insertPlaceholder(copy, e);
}

function clonePlaceholder(): HTMLElement {
  if (!template) {
    template = core.addPart(placeholderHTML, '');
    template.remove();
  }
  return template.cloneNode(true) as HTMLElement;
}

/** Fills in what would load, from whom and for what. */
function describeContent(copy: HTMLElement, e: HTMLIFrameElement, ids: string[], address: URL): void {
  const text = findElement(copy, 'p');
  const purposes = ids.filter((id) => core.config.form.purposes.some((p) => p.id == id)).map((id) => names[id]);
  const service = e.dataset['service'] && names[e.dataset['service']];
  const suffix = service ? serviceSuffix.replace('{service}', () => service) : '';
  text.textContent = (text.textContent || '')
    .replace('{host}', () => address.hostname || address.href)
    .replace('{purposes}', () => purposes.join(separator) + suffix);
  if (e.title) copy.setAttribute('aria-label', e.title);
}

/** Loads the frame on this page only. */
function loadOnce(e: HTMLIFrameElement, address: URL): void {
  decisionsAtLoad.set(e, core.getStored().decision);
  loadedOnce.add(e);
  removePlaceholder(e);
  core.setGrantCheck(() => true);
  try {
    e.src = address.href;
  } finally {
    core.setGrantCheck(core.isGranted);
  }
  e.focus();
}

/** Grants what the frame needs. For a separate purpose it opens the preferences, which have the full text. */
function allowAlways(e: HTMLIFrameElement, ids: string[]): void {
  if (core.config.form.purposes.some((p) => ids.includes(p.id) && p.separate)) return core.openPreferences();
  core.save(makeObject(ids.map((id) => [id, 'granted'])), { previous: undefined, presentation: 'custom' });
  e.focus();
}

/** Puts the placeholder before the frame, with the place and size that the page gives the frame. */
function insertPlaceholder(copy: HTMLElement, e: HTMLIFrameElement): void {
  const style = e.getAttribute('style');
  const host = createElement('div');
  const fit = makeFitter(e);
  copyAttributes(e, host);
  const root = host.attachShadow({ mode: 'open' });
  addStyle(root);
  root.append(copy);
  e.before(host);
  e.style.setProperty('display', 'none', 'important');
  placeholders.set(e, { host, style });
  fit(host);
  removals.observe(e.getRootNode(), { childList: true, subtree: true }); // it may be a shadow root
}

function addStyle(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Safari before 16.4, Chrome before 99
    const s = createElement('style');
    s.textContent = css;
    root.append(s);
  }
}

function removePlaceholder(e: HTMLIFrameElement): void {
  const placeholder = placeholders.get(e);
  if (!placeholder) return;
  placeholders.delete(e);
  if (placeholder.style == null) e.removeAttribute('style');
  else e.style.cssText = placeholder.style;
  placeholder.host.remove();
}

function removePlaceholders(isDue: (e: HTMLIFrameElement) => boolean): void {
  for (const e of [...placeholders.keys()]) if (isDue(e)) removePlaceholder(e);
}
