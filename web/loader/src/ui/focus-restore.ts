// Moves the focus on when the element that had it is gone, and follows it.
import type { Core } from '../core/core';
import { getDocumentProperty } from '../core/dom';
import { stopPropagation } from './own-events';
import { removeSpace, revealFocus } from './focus-reveal';

const SHOWN_BANNER = '.banner:not([hidden])'; // the reload notice is one, too

let core: Pick<Core, 'getRoot'>;
let preloadPreferences: () => void;
let previousFocus: HTMLElement | null; // had the focus before the banner
let isOurs = false; // the focus was last on one of our parts
const guardedHosts = new WeakSet<Element>(); // the page does not hear of keys there

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
      if (e == host) makeFocusable(host);
      if (e) e.focus({ preventScroll: true });
    }
  });
}

/** Gives our host what it needs to have the focus, and takes it back with the focus: with a tabindex, Tab could not
 * reach what is inside. It needs a box, here one that is out of the page's way. */
function makeFocusable(host: HTMLElement): void {
  host.tabIndex = -1;
  Object.assign(host.style, { display: 'block', position: 'absolute' });
  const restore = (): void => {
    host.removeAttribute('tabindex');
    Object.assign(host.style, { display: '', position: '' });
  };
  host.addEventListener('blur', restore, { once: true });
}

/** Notes where the focus was before it came to our parts, or reveals the element of the page that has it now. */
export function followFocus(onOurs: boolean, before: EventTarget | null): void {
  isOurs = onOurs;
  if (!isOurs) return reveal();
  stopKeys(core.getRoot().host);
  previousFocus = before as HTMLElement | null;
  preloadPreferences();
  leaveBanner(); // this half may come after a press of its button
}

/** Keeps the keys that are pressed on our parts. The page sees one element there: its own shortcuts would take Space
 * and Enter from our buttons. It may close what it has open with Escape. */
function stopKeys(host: Element): void {
  if (guardedHosts.has(host)) return;
  guardedHosts.add(host);
  for (const type of ['keydown', 'keypress', 'keyup'] as const)
    host.addEventListener(type, (e) => /^(Escape|Tab)$/.test((e as KeyboardEvent).key) || stopPropagation(e));
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
