// Moves the focus on when the element that had it is gone, and follows it.
import type { Core } from '../core/core';
import { getDocumentProperty } from '../core/dom';
import { removeSpace, revealFocus } from './focus-reveal';

const SHOWN_BANNER = '.banner:not([hidden])'; // the reload notice is one, too

let core: Pick<Core, 'getRoot'>;
let preloadPreferences: () => void;
let previousFocus: HTMLElement | null; // had the focus before the banner
let isOurs = false; // the focus was last on one of our parts

export function start(from: typeof core, preload: () => void): void {
  core = from;
  preloadPreferences = preload;
  addEventListener('focusin', (e) => followFocus(e.target == core.getRoot()?.host, e.relatedTarget), true);
  // The focus moves within a shadow root of the page without an event that we hear of.
  addEventListener('keyup', (e) => e.key == 'Tab' && reveal());
}

/** If the element that had the focus is gone, moves the focus to where the visitor was before, to the reopen button, or
 * to where the banner was. That is before the page, so the visitor starts at the top of it. */
export function restoreFocus(): void {
  requestAnimationFrame(() => {
    const root = core.getRoot();
    removeBottomSpace();
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

/** Notes where the focus was before it came to our parts, or reveals the element of the page that has it now. */
export function followFocus(onOurs: boolean, before: EventTarget | null): void {
  isOurs = onOurs;
  if (!isOurs) return reveal();
  previousFocus = before as HTMLElement | null;
  preloadPreferences();
  leaveBanner(); // this half may come after a press of its button
}

/** Reveals the focused element of the page. */
function reveal(): void {
  core.getRoot()?.querySelectorAll<HTMLElement>(SHOWN_BANNER).forEach(revealFocus);
}

/** Moves the focus on if the banner had it that is gone. */
export function leaveBanner(): void {
  if (isOurs && !core.getRoot().querySelector('#nod-banner:not([hidden])')) restoreFocus();
}

/** Removes the space that was left for a banner, once that is gone. */
export function removeBottomSpace(): void {
  if (!core.getRoot()?.querySelector(SHOWN_BANNER)) removeSpace();
}
