// The preferences as they open: the switches, drawn in the dialog at once. The frame of the preference centre comes
// beneath and takes over with all that was done meanwhile; where no frame may come, they stay.
//
//     waiting ──open──▶ open ──at rest, or a key──▶ modal
//        ▲                │                           │
//        └─────close──────┴───────────────────────────┘
//
// Waiting, the dialog is painted already, out of sight. Modal, it shuts off the rest of the page.
import { performAction, ActionCore } from './actions';
import { getTime } from '../core/uuid';
import type { Answers, MoreConfig } from '../core/config';
import type { Action, Core } from '../core/core';
import { findElement } from '../core/find';
import {
  listBoxes,
  downloadReceipt,
  Draft,
  findByIdEnding,
  toggleOnEnter,
  applyToServices,
  showRefusedButRequired,
  listFocusStops,
  showStatus,
} from './preferences-form';

const QUIET_TIME = 250 * TIME_SCALE; // without a hand on the dialog, in ms, before what takes long is done
const MAX_WAIT = 1500 * TIME_SCALE; // after the dialog was opened, in ms, that is put off

export type DialogCore = ActionCore &
  Pick<Core, 'addPart' | 'serverBase' | 'attachHost' | 'getQuestion' | 'getReceipt' | 'getRoot' | 'getStored'>;

let core: DialogCore;
let presentation: string; // content hash of the dialog
let restoreFocus: () => void;
let scrim: HTMLElement;
export let dialog: HTMLDialogElement;
export let form: HTMLElement; // hidden once the frame has taken over
let shownStates: Answers; // the states that the visitor was shown
let previous: string; // and the last decision then
let opener: HTMLElement | null; // had the focus before
let isModal = false;
let openedAt = 0;
let movedAt = 0; // when somebody last did something in it
let isPressed = false; // a click needs its element as it is until the release

/** Puts the dialog on the page, out of sight. */
export function start(
  from: DialogCore,
  part: Pick<MoreConfig, 'html' | 'css' | 'presentation'>,
  focusAfter: () => void,
): void {
  core = from;
  presentation = part.presentation;
  restoreFocus = focusAfter;
  scrim = core.addPart('<div class="scrim" hidden></div>', part.css);
  dialog = core.addPart(part.html, part.css) as HTMLDialogElement;
  form = findElement(dialog, '.preferences');
  for (const a of form.querySelectorAll('a'))
    a.href = new URL(a.getAttribute('href') || '', core.serverBase + core.config.site + '/').href;
  fill(); // again when it opens, and quicker then
  waitHidden();
  listenToDialog();
  listenToForm();
}

function listenToDialog(): void {
  dialog.addEventListener('close', onClose);
  dialog.addEventListener('keydown', makeModal, true);
  findByIdEnding(form, 'close')?.addEventListener('click', () => dialog.close());
  for (const type of ['pointermove', 'pointerdown', 'wheel', 'touchmove', 'keydown'])
    form.addEventListener(type, () => (movedAt = performance.now()), { passive: true });
  form.addEventListener('pointerdown', () => (isPressed = true), { passive: true });
  // The event of the release comes before the click that it makes.
  const release = (): unknown => setTimeout(() => (isPressed = false));
  for (const type of ['pointerup', 'pointercancel']) addEventListener(type, release, { passive: true });
  scrim.addEventListener('mousedown', (e) => e.preventDefault()); // which would take the focus
  addEventListener('pointerdown', onPress, { capture: true, passive: true });
}

function listenToForm(): void {
  findByIdEnding(form, 'receipt')?.addEventListener('click', () => {
    const r = core.getReceipt();
    if (r) downloadReceipt(r);
  });
  form.addEventListener('change', (e) => applyToServices(form, e.target as HTMLInputElement));
  form.addEventListener('keypress', toggleOnEnter);
  form.addEventListener('submit', onSubmit);
}

function onSubmit(e: SubmitEvent): void {
  e.preventDefault();
  const { choice } = readDraft();
  const action = (e.submitter as HTMLButtonElement | null)?.value || 'save';
  dialog.close();
  performAction(core, action as Action, choice, { previous: previous || null, presentation });
}

function onClose(): void {
  if (dialog.open) return; // again
  scrim.hidden = true;
  opener?.focus({ preventScroll: true });
  restoreFocus(); // it was opened from a banner that is gone
  waitHidden();
}

export function isOpen(): boolean {
  return dialog.open && !dialog.classList.contains('waiting');
}

/** Has the dialog wait out of sight, painted. It has the attribute already, which to set has the browser style each of
 * its details again; where "inert" is not known, it waits hidden. */
function waitHidden(): void {
  if (isOpen()) return;
  dialog.inert = true;
  if (!dialog.hasAttribute('inert')) return;
  dialog.classList.add('waiting');
  dialog.setAttribute('open', '');
}

/** A button that opens the preferences is pressed: what can be done before it is let go, is. */
function onPress(e: Event): void {
  const isOpener = (t: EventTarget): boolean => t instanceof HTMLElement && t.dataset['nod'] == 'preferences';
  if (isOpen() || !e.composedPath().some(isOpener)) return;
  prepare();
  const waitSoon = (): unknown => setTimeout(waitHidden, QUIET_TIME);
  for (const type of ['pointerup', 'pointercancel']) addEventListener(type, waitSoon, { once: true });
}

function prepare(): void {
  if (!form.hidden) fill();
  dialog.inert = false;
}

export function open(): void {
  if (isOpen()) return;
  prepare();
  core.attachHost();
  scrim.hidden = false;
  dialog.classList.remove('waiting');
  openedAt = movedAt = performance.now();
  opener = findFocusedElement();
  isModal = form.hidden; // the frame would lose its focus in between
  if (isModal) dialog.removeAttribute('open');
  if (isModal) return dialog.showModal();
  dialog.show();
  runAtRest(makeModal);
  form.scrollTop = 0;
  // Not by autofocus: while the dialog waits in a frame of another site, the browser would complain of it in the console.
  findElement(form, 'h2').focus();
}

/** For how long nobody had a hand on the dialog, in ms. */
export function getQuietTime(): number {
  return isPressed ? 0 : performance.now() - movedAt;
}

/** Runs f once nobody has a hand on the open dialog. */
export function runAtRest(f: () => void): void {
  const wait = Math.min(QUIET_TIME - getQuietTime(), openedAt + MAX_WAIT - performance.now());
  if (isPressed || wait > 0) setTimeout(runAtRest, isPressed ? QUIET_TIME : wait, f);
  else f();
}

/** To shut off the rest of the page has the browser style all of it again, which on a long page takes longer than all
 * else. So the dialog is seen first, with the page out of the pointer's reach behind the scrim; it is modal a moment
 * later, or as soon as a key is pressed in it. */
function makeModal(): void {
  if (isModal || !isOpen()) return;
  isModal = true;
  const at = core.getRoot().activeElement as HTMLElement | null;
  dialog.removeAttribute('open'); // what close() does besides is not wanted
  dialog.showModal();
  at?.focus({ preventScroll: true });
}

function fill(): void {
  shownStates = {};
  for (const b of listBoxes(form)) b.checked = false;
  for (const d of form.querySelectorAll('details')) d.open = false;
  refresh();
}

/** What changed elsewhere counts, what is only ticked here stays. */
export function refresh(): void {
  const { states: all, signal } = core.getQuestion();
  const states = showRefusedButRequired(form, all) as Answers;
  for (const b of listBoxes(form)) if (shownStates[b.name] != states[b.name]) b.checked = states[b.name] == 'granted';
  shownStates = states;
  const { decision } = core.getStored();
  previous = decision;
  showStatus(form, decision ? getTime(decision) : 0, signal.length > 0, !!core.getReceipt(), core.config.language);
}

/** How far the visitor came. */
export function readDraft(): Draft {
  const draft: Draft = { choice: {}, open: [], top: form.scrollTop };
  for (const b of listBoxes(form)) draft.choice[b.name] = b.checked;
  for (const { parentElement: purpose } of form.querySelectorAll('details[open]'))
    if (purpose) draft.open.push(findElement<HTMLInputElement>(purpose, 'input').name);
  return draft;
}

/** Of the stops, which one has the focus. */
export function findFocusedStop(): number {
  return listFocusStops(form).indexOf(core.getRoot().activeElement as HTMLElement);
}

/** What has the focus, also inside open shadow roots. */
function findFocusedElement(): HTMLElement | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at as HTMLElement | null;
}
