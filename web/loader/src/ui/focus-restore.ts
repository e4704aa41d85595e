// Moves the focus on when the element that had it is gone, and keeps it out from under the banner.
import type { Core } from '../core/core';
import { getDocumentProperty, getRootElement } from '../core/dom';

const MARGIN = 8; // between the focused element and the banner, in px

let core: Pick<Core, 'getRoot'>;
let previousFocus: HTMLElement | null; // had the focus before the banner
let ownPadding: string | undefined; // the page's, while it has another

export function start(from: typeof core): void {
  core = from;
}

/** If the element that had the focus is gone, moves the focus to where the visitor was before, to the reopen button, or
 * to where the banner was. That is before the page, so the visitor starts at the top of it. */
export function restoreFocus(): void {
  requestAnimationFrame(() => {
    const root = core.getRoot();
    const host = root.host as HTMLElement;
    for (const e of [previousFocus, root.getElementById('nod-reopen'), host]) {
      const focused = document.activeElement == host ? root.activeElement : document.activeElement;
      // Browsers take the focus from hidden elements only when they paint.
      const isGone =
        !focused || focused == getDocumentProperty('body') || focused.closest('[hidden],[inert],dialog:not([open])');
      if (!isGone) return;
      if (e == host) {
        host.tabIndex = -1; // only meanwhile: with it, Tab could not reach what is inside
        host.addEventListener('blur', () => host.removeAttribute('tabindex'), { once: true });
      }
      if (e) e.focus({ preventScroll: true });
    }
  });
}

/** Notes that the focus moved on from an element, and scrolls the focused element out from under the banner. */
export function followFocus(before: EventTarget | null): void {
  const focused = document.activeElement;
  if (focused == core.getRoot().host) previousFocus = before as HTMLElement | null;
  const banner = core.getRoot().getElementById('nod-banner')?.getBoundingClientRect();
  if (!focused || !banner || !banner.height || focused == core.getRoot().host) return;
  const getCovered = (): number => {
    const r = focused.getBoundingClientRect();
    const isCovered = r.bottom > banner.top && r.top < banner.bottom && r.right > banner.left && r.left < banner.right;
    return isCovered ? r.bottom - banner.top + MARGIN : 0;
  };
  scrollBy(0, getCovered());
  if (!getCovered()) return;
  setBottomSpace(innerHeight - banner.top); // the page ends too early
  scrollBy(0, getCovered());
}

/** Removes the space that was left for a banner, once that is gone. */
export function removeBottomSpace(): void {
  if (!core.getRoot()?.querySelector('#nod-banner:not([hidden])')) setBottomSpace(0);
}

/** Leaves space at the end of the page, in px; 0 removes it. */
function setBottomSpace(px: number): void {
  const { style } = getRootElement();
  if (px) {
    ownPadding = ownPadding ?? style.paddingBottom;
    style.paddingBottom = px + 'px';
  } else if (ownPadding !== undefined) {
    style.paddingBottom = ownPadding;
    if (!style.length) getRootElement().removeAttribute('style');
    ownPadding = undefined;
  }
}
