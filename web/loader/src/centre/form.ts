// The form of the preference centre: what it shows, and what the visitor does with it.
import {
  applyToServices,
  downloadReceipt,
  listBoxes,
  showRefusedButRequired,
  showStatus,
  THEME_PROPERTIES,
} from '../ui/preferences-form';
import { findElement } from '../core/find';
import { disconnect, post, type State } from './connection';
import { findForm, isFramed, opener, page } from './page';
import { isRunning, passState } from './program';

const MAX_ANSWER_TIME = 1500; // of the opener, in ms

export let state: State | undefined;
let answerTimer: ReturnType<typeof setTimeout> | undefined;
let isLeaving = false; // the window closes once the opener has answered
const touched = new WeakSet<Element>(); // boxes ticked before the first state

/** Sends the opener what the visitor chose, or the wish to delete the records. Returns whether there is a connection. A
 * box that can't be changed has no answer. */
export function decide(action: string): boolean {
  if (opener && (opener as Window).closed) disconnect();
  const from = { previous: state ? state.previous : null, presentation: page.presentation };
  if (action == 'erase') return post({ type: 'erase', ...from });
  const choice: Record<string, boolean> = {};
  for (const c of listBoxes(document)) choice[c.name] = c.checked;
  const wasSent = post({
    type: 'decide',
    action,
    choice,
    ...from,
    policy: page.policy,
  });
  clearTimeout(answerTimer);
  if (wasSent && !isFramed) answerTimer = setTimeout(submitAlone, MAX_ANSWER_TIME, action);
  const stays = wasSent && action == 'withdraw'; // after the others, the page is closed
  showSaved(stays);
  if (stays) focusHeading(); // the button is about to be hidden
  return wasSent;
}

/** Focuses the heading, which stays in view. */
export function focusHeading(): void {
  const heading = findElement<HTMLElement>(document, 'h1');
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Submits the form as an ordinary one. The opener would have answered at once: it is gone. */
function submitAlone(action: string): void {
  disconnect();
  const form = findForm();
  if (!form) return;
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = 'action';
  field.value = action;
  form.append(field);
  form.submit();
}

/** Closes the preferences. A window closes when it is known that the choice has arrived. */
export function close(): void {
  if (!post({ type: 'close' }) || isFramed) return;
  if (answerTimer) isLeaving = true;
  else window.close();
}

/** Shows or hides that the choice is saved. */
export function showSaved(isSaved: boolean): void {
  const text = document.querySelector<HTMLElement>('#nod-saved span');
  if (text && !isRunning()) text.hidden = !isSaved;
}

/** Shows a state. What changed elsewhere is shown, and what is only ticked here stays. */
export function showState(s: State): void {
  const before = state;
  clearTimeout(answerTimer);
  answerTimer = undefined;
  state = s;
  if (isLeaving) window.close();
  document.documentElement.dataset['connected'] = '';
  applyTheme(s.theme);
  if (passState(s)) return;
  s.states = showRefusedButRequired(document, s.states);
  for (const c of listBoxes(document)) {
    const hasChanged = before ? before.states[c.name] != s.states[c.name] : !touched.has(c);
    if (s.isOpening || hasChanged) c.checked = s.states[c.name] == 'granted';
  }
  showErasure(s);
  showStatus(document, {
    decided: s.decided,
    hasSignal: s.signal.length > 0,
    hasReceipt: !!s.receipt,
    states: s.states,
    language: document.documentElement.lang,
  });
}

/** Shows how to delete the records, if there are any, and what was done with them. */
function showErasure({ decided, erasure }: State): void {
  const { state: done, until } = erasure || {};
  const form = findElement(document, '#nod-withdrawal');
  findElement<HTMLElement>(form, 'details').hidden = !decided || done == 'erased';
  for (const note of form.querySelectorAll<HTMLElement>('span')) note.hidden = note.dataset['erasure'] != done;
  const style = { dateStyle: 'medium', timeZone: 'UTC' } as const;
  findElement(form, 'time').textContent = until
    ? new Date(until).toLocaleDateString(document.documentElement.lang, style)
    : '';
}

/** Applies the host page's theme, as far as its values are valid. */
function applyTheme(theme?: Record<string, string>): void {
  const { style } = document.documentElement;
  for (const [name, property] of Object.entries(THEME_PROPERTIES)) {
    const value = theme && theme[name];
    if (typeof value == 'string' && CSS.supports(property, value)) style.setProperty('--nod-' + name, value);
    else style.removeProperty('--nod-' + name);
  }
}

/** Applies a change of a box to the boxes that follow it. */
export function onChange(e: Event): void {
  if (isRunning()) return;
  const c = e.target as HTMLInputElement;
  touched.add(c);
  for (const s of applyToServices(document, c)) touched.add(s);
}

export function saveReceipt(): void {
  if (state && state.receipt) downloadReceipt(state.receipt);
}

/** Gives the page with the visitor's own records their key. What follows "#" is sent to nobody. */
export function addKey(link: HTMLAnchorElement): void {
  if (state && state.secret) link.hash = state.subject + '.' + state.secret;
}

/** Gives the page that checks receipts the visitor's own one. What follows "#" is sent to nobody. */
export function addReceipt(link: HTMLAnchorElement): void {
  if (state && state.receipt) link.hash = encodeURIComponent(JSON.stringify(state.receipt));
}
