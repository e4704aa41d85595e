// The preferences as they open: the switches, drawn in the dialog at once. The frame of the preference centre comes
// beneath and takes over with all that was done meanwhile; where no frame may come, they stay.
import { timeOf } from './bytes';
import type { Answers, Dialog } from './config';
import type { Action, Choice, Core } from './core';
import { boxes, download, Draft, ending, entered, follow, stops, tell } from './form';

export interface Pane {
  dialog: HTMLDialogElement;
  element: HTMLElement; // hidden once the frame has taken over
  open: () => void;
  refresh: () => void; // follows what changed elsewhere
  draft: () => Draft;
  focus: () => number; // of the stops, which one has the focus
}

/** Runs f, which may be run twice, once the visitor has seen what was just put on the page. */
export function seen(f: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(f, 50))); // painted twice
  setTimeout(f, 200); // in the background nothing is
}

export function makePane(core: Core, { html, css, layout }: Dialog): Pane {
  const { language, site } = core.config;
  const dialog = core.add(html, css) as HTMLDialogElement;
  const element = dialog.querySelector<HTMLElement>('.preferences')!;
  let shown: Answers; // the states that the visitor was shown
  let previous: string; // and the last decision then
  let opener: HTMLElement | null; // had the focus before
  let modal = false;

  for (const a of element.querySelectorAll('a')) a.href = new URL(a.getAttribute('href')!, core.base + site + '/').href;
  dialog.addEventListener('close', () => {
    opener?.focus({ preventScroll: true });
    core.land(); // it was opened from a banner that is gone
  });
  ending(element, 'close')!.addEventListener('click', () => dialog.close());
  ending(element, 'receipt')!.addEventListener('click', () => {
    const r = core.receipt();
    if (r) download(r);
  });
  dialog.addEventListener('keydown', makeModal, true);
  element.addEventListener('change', (e) => follow(element, e.target as HTMLInputElement));
  element.addEventListener('keypress', entered);
  element.addEventListener('submit', (e) => {
    e.preventDefault();
    const choice: Choice = {};
    for (const b of boxes(element)) choice[b.name] = b.checked;
    const action = (e.submitter as HTMLButtonElement | null)?.value || 'save';
    dialog.close();
    core.act(action as Action, choice, { previous: previous || null, layout });
  });

  function open(): void {
    if (dialog.open) return;
    if (!element.hidden) fill();
    core.place();
    opener = document.activeElement as HTMLElement | null;
    for (let inner; (inner = opener?.shadowRoot?.activeElement); ) opener = inner as HTMLElement;
    modal = element.hidden; // the frame would lose its focus in between
    if (modal) return dialog.showModal();
    dialog.show();
    seen(makeModal);
    element.scrollTop = 0;
    const title = element.querySelector('h2')!; // which has autofocus
    if (core.root().activeElement != title) title.focus();
  }

  /** To shut off the rest of the page has the browser style all of it anew, which on a long page takes longer than all
   * else. So the dialog is seen first, and is modal a moment later, or as soon as a key is pressed in it. */
  function makeModal(): void {
    if (modal || !dialog.open) return;
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
    const { states, signal } = core.question();
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

  return { dialog, element, open, refresh, draft, focus };
}
