// What the visitor sees when the preferences open: where the page is scrolled to, and what has the focus.
import { findElement } from '../core/find';
import { type Draft, listBoxes, listFocusStops } from '../ui/preferences-form';
import { post } from './connection';
import { focusHeading, showSaved, showState, state } from './form';
import { start } from './program';

const FOCUS_TRIES = 10;
const FOCUS_INTERVAL = 50; // in ms

let hasOpened = false;
let leftAt = 0; // where the page was scrolled to when the visitor left it

export function rememberScroll(): void {
  leftAt = scrollY;
}

/** The visitor opens the preferences. One who comes back starts at the top, without what was not saved. One who began
 * in the dialog goes on from there. */
export function open(draft: Draft | undefined): void {
  if (draft) return resume(draft);
  if (hasOpened && state) {
    showSaved(false);
    showState({ ...state, isOpening: true });
  }
  scrollToTop();
  show(-1);
}

/** The page is visible now. The focus goes to the focus stop with this index. */
export function show(index: number): void {
  hasOpened = true;
  const stop = listFocusStops(findElement(document, '#nod-centre'))[index];
  focus(stop && stop.tabIndex >= 0 ? stop : undefined);
  start();
}

/** Draws what the visitor did in the dialog. */
function resume(d: Draft): void {
  // A click, so that the WebAssembly program hears of it.
  for (const c of listBoxes(document)) if (c.name in d.choice && c.checked != d.choice[c.name]) c.click();
  document.querySelectorAll<HTMLDetailsElement>('#nod-centre details').forEach((details, i) => {
    details.open = d.open.includes(i);
  });
  scrollTo(0, d.top);
  post({ type: 'drawn', draft: JSON.stringify(d) });
}

/** Focuses an element, or the heading, and repeats that for half a second: a frame that is only just shown may not take
 * the focus yet, or may lose it again. */
function focus(stop?: HTMLElement, tries = FOCUS_TRIES): void {
  if (tries == FOCUS_TRIES || (document.hasFocus() && document.activeElement == document.body)) {
    if (stop && stop.isConnected) stop.focus({ preventScroll: true });
    else focusHeading();
  }
  if (tries) setTimeout(focus, FOCUS_INTERVAL, stop, tries - 1);
}

/** Scrolls to the top, and stays there: Chromium scrolls a hidden frame that is shown back to its old place. That may
 * be with the first press, which is meant for what was seen at the top. Any other scrolling is the visitor's. */
function scrollToTop(): void {
  const old = leftAt;
  let isOver = false;
  const undo = (): void => {
    if (!isOver && scrollY == old) scrollTo(0, 0);
    else if (scrollY) isOver = true;
  };
  scrollTo(0, 0);
  if (!old) return;
  addEventListener('scroll', undo);
  // The page may be scrolled back already, without an event yet.
  const undoAndStop = (): void => {
    undo();
    isOver = true;
  };
  for (const type of ['wheel', 'touchstart', 'pointerdown', 'keydown'])
    addEventListener(type, undoAndStop, { once: true, passive: true, capture: true });
}
