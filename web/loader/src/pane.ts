// The preferences as they open: the switches, drawn in the dialog at once. The frame of the preference centre comes
// beneath and takes over with all that was done meanwhile; where no frame may come, they stay.
import { act } from './act';
import { timeOf } from './bytes';
import type { Answers, Dialog } from './config';
import type { Action, Choice, Core } from './core';
import { boxes, download, Draft, ending, entered, follow, keep, stops, tell } from './form';

export interface Pane {
  dialog: HTMLDialogElement;
  element: HTMLElement; // hidden once the frame has taken over
  isOpen: () => boolean;
  open: () => void;
  rested: (f: () => void) => void; // runs f once nobody has a hand on the open dialog
  since: () => number; // for how long nobody had, in ms
  refresh: () => void; // follows what changed elsewhere
  draft: () => Draft;
  focus: () => number; // of the stops, which one has the focus
}

const QUIET_TIME = 250 * TIME_SCALE; // without a hand on the dialog, in ms, before what takes long is done
const MAX_WAIT = 1500 * TIME_SCALE; // after the dialog was opened, in ms, that is put off

export function makePane(core: Core, { html, css, presentation }: Dialog, land: () => void): Pane {
  const { language, site } = core.config;
  const scrim = core.add('<div class="scrim" hidden></div>', css);
  const dialog = core.add(html, css) as HTMLDialogElement;
  const element = dialog.querySelector<HTMLElement>('.preferences')!;
  let shown: Answers; // the states that the visitor was shown
  let previous: string; // and the last decision then
  let opener: HTMLElement | null; // had the focus before
  let modal = false;
  let opened = 0; // when it was, and
  let moved = 0; // when somebody last did something in it

  for (const a of element.querySelectorAll('a')) a.href = new URL(a.getAttribute('href')!, core.base + site + '/').href;
  fill(); // again when it opens, and quicker then
  wait();
  dialog.addEventListener('close', () => {
    if (dialog.open) return; // again
    scrim.hidden = true;
    opener?.focus({ preventScroll: true });
    land(); // it was opened from a banner that is gone
    wait();
  });
  ending(element, 'close')!.addEventListener('click', () => dialog.close());
  ending(element, 'receipt')!.addEventListener('click', () => {
    const r = core.receipt();
    if (r) download(r);
  });
  for (const type of ['pointermove', 'pointerdown', 'wheel', 'touchmove', 'keydown']) element.addEventListener(type, () => (moved = performance.now()), { passive: true });
  scrim.addEventListener('mousedown', (e) => e.preventDefault()); // which would take the focus
  addEventListener('pointerdown', pressed, { capture: true, passive: true });
  dialog.addEventListener('keydown', makeModal, true);
  element.addEventListener('change', (e) => follow(element, e.target as HTMLInputElement));
  element.addEventListener('keypress', entered);
  element.addEventListener('submit', (e) => {
    e.preventDefault();
    const choice: Choice = {};
    for (const b of boxes(element)) choice[b.name] = b.checked;
    const action = (e.submitter as HTMLButtonElement | null)?.value || 'save';
    dialog.close();
    act(core, action as Action, choice, { previous: previous || null, presentation });
  });

  function isOpen(): boolean {
    return dialog.open && !dialog.classList.contains('waiting');
  }

  /** Has the dialog wait out of sight, painted. It has the attribute already, which to set has the browser style each of
   * its details anew; where "inert" is not known, it waits hidden. */
  function wait(): void {
    if (isOpen()) return;
    dialog.inert = true;
    if (!dialog.hasAttribute('inert')) return;
    dialog.classList.add('waiting');
    dialog.setAttribute('open', '');
  }

  /** A button that opens the preferences is pressed: what can be done before it is let go, is. */
  function pressed(e: Event): void {
    if (isOpen() || !e.composedPath().some((t) => t instanceof HTMLElement && t.dataset['nod'] == 'preferences')) return;
    ready();
    for (const type of ['pointerup', 'pointercancel']) addEventListener(type, () => setTimeout(wait, QUIET_TIME), { once: true });
  }

  function ready(): void {
    if (!element.hidden) fill();
    dialog.inert = false;
  }

  function open(): void {
    if (isOpen()) return;
    ready();
    core.place();
    scrim.hidden = false;
    dialog.classList.remove('waiting');
    opened = moved = performance.now();
    opener = document.activeElement as HTMLElement | null;
    for (let inner; (inner = opener?.shadowRoot?.activeElement); ) opener = inner as HTMLElement;
    modal = element.hidden; // the frame would lose its focus in between
    if (modal) dialog.removeAttribute('open');
    if (modal) return dialog.showModal();
    dialog.show();
    rested(makeModal);
    element.scrollTop = 0;
    const title = element.querySelector('h2')!; // which has autofocus
    if (core.root().activeElement != title) title.focus();
  }

  function since(): number {
    return performance.now() - moved;
  }

  function rested(f: () => void): void {
    const wait = Math.min(QUIET_TIME - since(), opened + MAX_WAIT - performance.now());
    if (wait > 0) setTimeout(rested, wait, f);
    else f();
  }

  /** To shut off the rest of the page has the browser style all of it anew, which on a long page takes longer than all
   * else. So the dialog is seen first, with the page out of the pointer's reach behind the scrim; it is modal a moment
   * later, or as soon as a key is pressed in it. */
  function makeModal(): void {
    if (modal || !isOpen()) return;
    modal = true;
    const at = core.root().activeElement as HTMLElement | null;
    dialog.removeAttribute('open'); // what close() does besides is not wanted
    dialog.showModal();
    at?.focus({ preventScroll: true });
  }

  function fill(): void {
    shown = {};
    for (const b of boxes(element)) b.checked = false;
    for (const d of element.querySelectorAll('details')) d.open = false;
    refresh();
  }

  /** What changed elsewhere counts, what is only ticked here stays. */
  function refresh(): void {
    const { states: all, signal } = core.question();
    const states = keep(element, all) as Answers;
    for (const b of boxes(element)) if (shown[b.name] != states[b.name]) b.checked = states[b.name] == 'granted';
    shown = states;
    previous = core.stored().decision;
    tell(element, previous ? timeOf(previous) : 0, signal.length > 0, !!core.receipt(), language);
  }

  function draft(): Draft {
    const d: Draft = { choice: {}, open: [], top: element.scrollTop };
    for (const b of boxes(element)) d.choice[b.name] = b.checked;
    for (const x of element.querySelectorAll('details[open]')) d.open.push(x.parentElement!.querySelector('input')!.name);
    return d;
  }

  const focus = (): number => stops(element).indexOf(core.root().activeElement as HTMLElement);

  return { dialog, element, isOpen, open, rested, since, refresh, draft, focus };
}
