// The dialog of the preferences on a host page. Its form has the switches and shows at once. The frame of the
// preference centre loads behind it, and takes over with everything that the visitor did meanwhile. If the page blocks
// frames, the form stays.
//
//     waiting ──open──▶ open ──at rest, or a key──▶ modal
//        ▲                │                           │
//        └─────close──────┴───────────────────────────┘
//
// A waiting dialog is painted already, out of sight. A modal one blocks the rest of the page.
import { performAction, ActionCore } from './actions';
import { getTime } from '../core/uuid';
import type { Answers, MoreConfig } from '../core/config';
import type { Action, Core } from '../core/core';
import { findElement } from '../core/find';
import { preventDefault } from './own-events';
import {
  listBoxes,
  downloadReceipt,
  Draft,
  findByIdEnding,
  toggleOnEnter,
  applyToServices,
  showRefusedButRequired,
  listFocusStops,
  readAction,
  showStatus,
  watchButtons,
} from './preferences-form';

// Slow work waits until the visitor does nothing in the dialog for so long, in ms, but not longer than MAX_WAIT after
// opening it.
const QUIET_TIME = 250 * TIME_SCALE;
const MAX_WAIT = 1500 * TIME_SCALE;

export type DialogCore = ActionCore &
  Pick<
    Core,
    'addPart' | 'openPage' | 'serverBase' | 'attachHost' | 'getQuestion' | 'getReceipt' | 'getRoot' | 'getStored'
  >;

let core: DialogCore;
let presentation: string; // content hash of the dialog
let restoreFocus: () => void;
let scrim: HTMLElement;
export let dialog: HTMLDialogElement;
export let form: HTMLElement; // hidden once the frame has taken over
let shownStates: Answers; // the states that the visitor sees
let previous: string; // the last decision when they were shown
let opener: HTMLElement | null; // had the focus before
let isModal = false;
let openedAt = 0;
let movedAt = 0; // when the visitor last did something in the dialog
let isPressed = false; // a click needs its element unchanged until the release

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
  fill(); // filling it again when it opens is faster
  waitHidden();
  listenToDialog();
  listenToForm();
}

function listenToDialog(): void {
  dialog.addEventListener('close', onClose);
  addEventListener('keydown', (e) => e.target == core.getRoot().host && makeModal(), true);
  findByIdEnding(form, 'close')?.addEventListener('click', () => dialog.close());
  for (const type of ['pointermove', 'pointerdown', 'wheel', 'touchmove', 'keydown'])
    form.addEventListener(type, () => (movedAt = Date.now()), { passive: true });
  form.addEventListener('pointerdown', () => (isPressed = true), { passive: true });
  // The release comes before the click that it causes.
  const release = (): unknown => setTimeout(() => (isPressed = false));
  for (const type of ['pointerup', 'pointercancel']) addEventListener(type, release, { passive: true });
  scrim.addEventListener('mousedown', preventDefault); // else it takes the focus
  addEventListener('pointerdown', onPress, { capture: true, passive: true });
}

function listenToForm(): void {
  findByIdEnding(form, 'receipt')?.addEventListener('click', () => {
    const r = core.getReceipt();
    if (r) downloadReceipt(r);
  });
  form.addEventListener('change', (e) => applyToServices(form, e.target as HTMLInputElement));
  form.addEventListener('keypress', toggleOnEnter);
  form.addEventListener('click', (e) => (isOwnClick = e.isTrusted));
  watchButtons(form);
  form.addEventListener('submit', onSubmit);
}

let isOwnClick = false; // the visitor pressed the button, and no script did

function onSubmit(e: SubmitEvent): void {
  e.preventDefault();
  const { choice } = readDraft();
  const action = readAction(e);
  dialog.close();
  performAction(core, action as Action, choice, {
    previous: previous || null,
    presentation: isOwnClick ? presentation : 'custom',
  });
  isOwnClick = false;
}

function onClose(): void {
  if (dialog.open) return; // it was opened again
  scrim.hidden = true;
  opener?.focus({ preventScroll: true });
  restoreFocus(); // it was opened from a banner that is gone
  waitHidden();
}

export function isOpen(): boolean {
  return dialog.open;
}

/** Lets the dialog wait, painted but out of sight. The server renders it with the attribute "inert", because setting
 * that makes the browser style each element of it again. In a browser without "inert", it waits closed. */
function waitHidden(): void {
  if (isOpen()) return;
  dialog.inert = true;
  if (!dialog.hasAttribute('inert')) return;
  dialog.classList.add('waiting'); // not "open": then Escape would go to this dialog, not to the page's
}

/** Prepares the dialog while the visitor still presses a button that opens it. */
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
  core.attachHost();
  // A list of a content blocker may hide our parts. A modal dialog that nobody sees would freeze the page.
  const { display, visibility } = getComputedStyle(core.getRoot().host);
  if (display == 'none' || visibility == 'hidden') return core.openPage();
  prepare();
  scrim.hidden = false;
  dialog.classList.remove('waiting');
  openedAt = movedAt = Date.now();
  opener = findFocusedElement();
  isModal = form.hidden; // else the frame loses its focus when the dialog becomes modal
  if (isModal) dialog.removeAttribute('open');
  if (isModal) return dialog.showModal();
  dialog.show();
  runAtRest(makeModal);
  form.scrollTop = 0;
  // With autofocus, the browser would warn in the console while the dialog waits in a frame of another site.
  findElement(form, 'h2').focus();
}

/** For how long the visitor has done nothing in the dialog, in ms. */
export function getQuietTime(): number {
  return isPressed ? 0 : Date.now() - movedAt;
}

/** Runs f once the visitor does nothing in the open dialog. */
export function runAtRest(f: () => void): void {
  const wait = Math.min(QUIET_TIME - getQuietTime(), openedAt + MAX_WAIT - Date.now());
  if (isPressed || wait > 0) setTimeout(runAtRest, isPressed ? QUIET_TIME : wait, f);
  else f();
}

/** Makes the dialog modal. That makes the browser style the whole page again, which takes long on a long page. So the
 * dialog first shows before a scrim that keeps the pointer off the page, and is modal a moment later, or as soon as a
 * key is pressed in it. */
function makeModal(): void {
  if (isModal || !isOpen()) return;
  isModal = true;
  const focused = core.getRoot().activeElement as HTMLElement | null;
  dialog.removeAttribute('open'); // close() would do more
  dialog.showModal();
  focused?.focus({ preventScroll: true });
}

function fill(): void {
  shownStates = {};
  for (const b of listBoxes(form)) b.checked = false;
  for (const d of form.querySelectorAll('details')) d.open = false;
  refresh();
}

/** Shows what changed elsewhere, and keeps what is only ticked here. */
export function refresh(): void {
  const { states: all, signal } = core.getQuestion();
  const states = showRefusedButRequired(form, all) as Answers;
  for (const b of listBoxes(form)) if (shownStates[b.name] != states[b.name]) b.checked = states[b.name] == 'granted';
  shownStates = states;
  const { decision } = core.getStored();
  previous = decision;
  showStatus(form, {
    decided: decision ? getTime(decision) : 0,
    hasSignal: signal.length > 0,
    hasReceipt: !!core.getReceipt(),
    states,
    language: core.config.language,
  });
}

/** What the visitor did in the form. */
export function readDraft(): Draft {
  const draft: Draft = { choice: {}, open: [], top: form.scrollTop };
  for (const b of listBoxes(form)) draft.choice[b.name] = b.checked;
  form.querySelectorAll('details').forEach((d, i) => {
    if (d.open) draft.open.push(i);
  });
  return draft;
}

/** The index of the focus stop that has the focus. */
export function findFocusedStop(): number {
  return listFocusStops(form).indexOf(core.getRoot().activeElement as HTMLElement);
}

/** The element that has the focus, also inside open shadow roots. */
function findFocusedElement(): HTMLElement | null {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused as HTMLElement | null;
}
