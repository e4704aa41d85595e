// What a form of the preferences does by itself, on a page of ours (boot.ts) and in the dialog on a host page (pane.ts).
// Its elements' ids differ in how they begin, and are looked for by how they end.
import { findElement } from '../core/find';

export const listBoxes = (root: ParentNode): HTMLInputElement[] =>
  Array.from(root.querySelectorAll<HTMLInputElement>('input[type=checkbox]:enabled'));

export const findByIdEnding = <E extends HTMLElement>(root: ParentNode, end: string): E | null =>
  root.querySelector<E>('[id$="-' + end + '"]');

/** A purpose speaks for its services, until they are changed by themselves, and none of them is on without it; these are
 * what was changed with the box. */
export function applyToServices(root: ParentNode, box: HTMLInputElement): HTMLInputElement[] {
  const others = Array.from(root.querySelectorAll<HTMLInputElement>('.switch')).filter(
    (b) => b.dataset['of'] == box.name || (box.checked && b.name == box.dataset['of']),
  );
  for (const b of others) b.checked = box.checked;
  return others;
}

/** What is required now is off where it was refused when it could be, and has a switch until it is agreed to. These are the states of the
 * switches then: that of such a purpose is off, also where only a service of it was refused. */
export function showRefusedButRequired(root: ParentNode, states: Record<string, string>): Record<string, string> {
  const seen: Record<string, string> = Object.assign(Object.create(null), states);
  for (const note of root.querySelectorAll<HTMLElement>('.kept')) {
    const purpose = note.parentElement!; // it was found in the root
    const [own, ...services] = Array.from(purpose.querySelectorAll<HTMLInputElement>('.switch')) as [
      HTMLInputElement,
      ...HTMLInputElement[],
    ];
    const kept = [own, ...services].some((b) => states[b.name] == 'denied');
    if (kept) seen[own.name] = 'denied';
    if (kept != note.hidden) continue;
    note.hidden = own.disabled = !kept;
    findElement(purpose, '.always').hidden = kept;
    own.checked = !kept;
    for (const b of services) b.checked = !kept || states[b.name] == 'granted';
  }
  return seen;
}

/** Enter would send the form, which nobody expects of a switch. */
export function toggleOnEnter(e: KeyboardEvent): void {
  const t = e.target as HTMLElement;
  if (e.key != 'Enter' || !t.matches('.switch')) return;
  e.preventDefault();
  t.click();
}

/** Says when the last choice was made (0 for never), whether a signal was honoured, and offers the receipt. */
export function showStatus(
  root: ParentNode,
  decided: number,
  signal: boolean,
  receipt: boolean,
  language: string,
): void {
  const at = findByIdEnding(root, 'decided');
  if (at) {
    at.hidden = !decided;
    findElement(at, '.count').hidden = true; // only the program counts
    if (decided)
      findElement(at, 'time').textContent = new Date(decided).toLocaleString(language, {
        dateStyle: 'medium',
        timeStyle: 'short',
      }); // which takes long
  }
  const note = findByIdEnding(root, 'signal');
  if (note) note.hidden = !signal;
  const save = findByIdEnding(root, 'receipt');
  if (save) save.hidden = !receipt;
}

/** Saves the receipt as a file. */
export function downloadReceipt(receipt: object): void {
  const a = document.createElement('a');
  a.href = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: 'application/json' }));
  a.download = 'consent-receipt.json';
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1e4);
}

/** What can have the focus, in the page's order, without the parts that are loaded into it. */
export const listFocusStops = (root: ParentNode): HTMLElement[] =>
  Array.from(root.querySelectorAll<HTMLElement>('h1,[tabindex],summary,button,input:not([type=hidden]),a')).filter(
    (e) => !e.closest('.part'),
  );

/** How far a visitor came in the dialog before the preference centre was there. */
export interface Draft {
  choice: Record<string, boolean>;
  open: string[]; // purposes whose details are open
  top: number; // px scrolled
}

/** The custom properties that give a look, each with a property that takes what it may hold. */
export const THEME_PROPERTIES: Record<string, string> = {
  background: 'color',
  text: 'color',
  'text-soft': 'color',
  line: 'color',
  rule: 'color',
  button: 'color',
  accent: 'color',
  'on-accent': 'color',
  radius: 'border-radius',
  font: 'font-family',
};
