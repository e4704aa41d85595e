// Keeps what a page does with the events on our parts from stopping them. A page with a dialog often traps the focus
// there: it stops every press outside, and moves the focus back at Tab. Our parts are outside.

// At these, focus traps stop what the visitor does.
const TYPES = ['mousedown', 'touchstart', 'click', 'keydown'];

let isOurs: (target: EventTarget | null) => boolean;

/** Guards the events on these targets, which are as seen from the window: hosts of shadow roots. */
export function start(from: typeof isOurs): void {
  isOurs = from;
  listen();
}

/** Listens. A page that is written again has no listeners, and gets them again. */
export function listen(): void {
  for (const type of TYPES) addEventListener(type, guard, { capture: true, passive: true });
}

/** The page still hears of the event, but its own copies of what stops it do nothing. At Tab it would move the focus by
 * itself, so it does not hear of that. */
function guard(e: Event): void {
  if (!isOurs(e.target)) return;
  if ((e as KeyboardEvent).key == 'Tab') e.stopPropagation();
  else e.preventDefault = e.stopPropagation = e.stopImmediatePropagation = () => {};
}

/** What our own listeners use instead of the event's. */
export const preventDefault = (e: Event): void => Event.prototype.preventDefault.call(e);
export const stopPropagation = (e: Event): void => Event.prototype.stopPropagation.call(e);
