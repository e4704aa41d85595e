// Keeps the banner where visitors can press its buttons: above popovers and full screen, and out of the way of a modal
// dialog of the page, which makes everything else inert. The banner never is a modal dialog itself (C-43).
import { attempt } from '../core/attempt';
import type { Core } from '../core/core';

/** The elements of the page that are above all others, except dialogs. */
const ABOVE = ':popover-open:not(#nod), :fullscreen';

let core: Pick<Core, 'getRoot'>;

/** Starts watching the page. */
export function start(from: typeof core): void {
  core = from;
  for (const type of ['toggle', 'fullscreenchange', 'close'])
    addEventListener(type, (e) => e.target == core.getRoot()?.host || update(), true);
  // Not every browser reports dialogs by an event.
  new MutationObserver(update).observe(document, { subtree: true, attributes: true, attributeFilter: ['open'] });
  update();
}

/** Puts the banner where it belongs now. Browsers without popovers leave it where it is. */
export const update = (): unknown => attempt(() => placeBanner(core.getRoot()));

function placeBanner(root: ShadowRoot): void {
  const banner = root.getElementById('nod-banner');
  const host = root.host as HTMLElement;
  if (!banner || !host.showPopover) return;
  banner.style.display = document.querySelector('dialog:modal') ? 'none' : '';
  if (host.popover) host.hidePopover(); // to be the last in the top layer again
  if (banner.hidden || !document.querySelector(ABOVE)) return host.removeAttribute('popover');
  host.popover = 'manual';
  host.showPopover();
}
