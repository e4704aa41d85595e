// What a form of the preferences does by itself, on a page of ours (entry/boot.ts) and in the dialog on a host page
// (preferences-dialog.ts). The ids of its elements begin differently on the two, so they are found by how they end.
import { findElement } from '../core/find';

export const listBoxes = (root: ParentNode): HTMLInputElement[] =>
  Array.from(root.querySelectorAll<HTMLInputElement>('input[type=checkbox]:enabled'));

export const findByIdEnding = <E extends HTMLElement>(root: ParentNode, end: string): E | null =>
  root.querySelector<E>('[id$="-' + end + '"]');

/** A purpose switches its services, and a service that is switched on switches its purpose on. Returns the other boxes
 * that changed with this one. */
export function applyToServices(root: ParentNode, box: HTMLInputElement): HTMLInputElement[] {
  const others = Array.from(root.querySelectorAll<HTMLInputElement>('.switch')).filter(
    (b) => b.dataset['of'] == box.name || (box.checked && b.name == box.dataset['of']),
  );
  for (const b of others) b.checked = box.checked;
  return others;
}

/** A purpose that is required now, but that the visitor refused when it was optional, stays off. It has a switch until
 * the visitor grants it. Returns the states that the switches show: such a purpose is off even if only a service of it
 * was refused. */
export function showRefusedButRequired(root: ParentNode, states: Record<string, string>): Record<string, string> {
  const shown: Record<string, string> = Object.assign(Object.create(null), states);
  for (const note of root.querySelectorAll<HTMLElement>('.refused')) {
    const purpose = note.parentElement!; // it was found in the root
    const boxes = Array.from(purpose.querySelectorAll<HTMLInputElement>('.switch'));
    const [own, ...services] = boxes as [HTMLInputElement, ...HTMLInputElement[]];
    const isRefused = boxes.some((b) => states[b.name] == 'denied');
    if (isRefused) shown[own.name] = 'denied';
    if (isRefused != note.hidden) continue;
    note.hidden = own.disabled = own.hidden = !isRefused;
    findElement(purpose, '.fixed').hidden = isRefused;
    own.checked = !isRefused;
    for (const b of services) b.checked = !isRefused || states[b.name] == 'granted';
  }
  return shown;
}

/** Enter toggles a switch. By itself it would submit the form, which is not what visitors expect. */
export function toggleOnEnter(e: KeyboardEvent): void {
  const t = e.target as HTMLElement;
  if (e.key != 'Enter' || !t.matches('.switch')) return;
  e.preventDefault();
  t.click();
}

let pressed: HTMLButtonElement | null = null; // the last button

/** Notes which button is pressed in the form, for readAction. */
export function watchButtons(root: EventTarget): void {
  root.addEventListener('click', (e) => (pressed = (e.target as Element).closest('button')), true);
}

/** The action of the button that submits the form. Before Chrome 81 and Safari 15.4, browsers do not name it. */
export const readAction = (e: SubmitEvent): string =>
  ((e.submitter || pressed) as HTMLButtonElement | null)?.value || 'save';

/** What the form shows beside the switches. */
export interface FormStatus {
  decided: number; // when the visitor decided last, in ms; 0 for never
  hasSignal: boolean; // a GPC signal is honoured
  hasReceipt: boolean;
  states: Record<string, string>;
  language: string;
}

export function showStatus(root: ParentNode, { decided, hasSignal, hasReceipt, states, language }: FormStatus): void {
  const line = findByIdEnding(root, 'decided');
  if (line) {
    line.hidden = !decided;
    const count = findElement(line, '.count');
    const boxes = Array.from(root.querySelectorAll<HTMLInputElement>('.group:not(.always) .purpose > .switch'));
    const on = boxes.filter((b) => states[b.name] == 'granted').length;
    count.textContent = count.dataset['count']!.replace('{on}', on + '').replace('{all}', boxes.length + '');
    // Formatting takes long.
    if (decided) findElement(line, 'time').textContent = formatTime(decided, language);
  }
  const note = findByIdEnding(root, 'signal');
  if (note) note.hidden = !hasSignal;
  const download = findByIdEnding(root, 'receipt');
  if (download) download.hidden = !hasReceipt;
  const withdraw = findByIdEnding(root, 'withdraw');
  if (withdraw) withdraw.hidden = !listBoxes(root).some((b) => states[b.name] == 'granted');
}

const formatTime = (ms: number, language: string): string =>
  new Date(ms).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });

/** Saves the receipt as a file. */
export function downloadReceipt(receipt: object): void {
  const a = document.createElement('a');
  a.href = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: 'application/json' }));
  a.download = 'consent-receipt.json';
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1e4);
}

/** The elements that can have the focus, in the page's order, without those in the texts that were loaded. */
export const listFocusStops = (root: ParentNode): HTMLElement[] =>
  Array.from(root.querySelectorAll<HTMLElement>('h1,[tabindex],summary,button,input:not([type=hidden]),a')).filter(
    (e) => !e.closest('.part'),
  );

/** What the visitor did in the dialog before the preference centre was loaded. */
export interface Draft {
  choice: Record<string, boolean>;
  open: number[]; // which details are open, in the page's order
  top: number; // px scrolled
}

/** The custom properties of a theme, each with a CSS property that takes its values. */
export const THEME_PROPERTIES: Record<string, string> = {
  background: 'color',
  text: 'color',
  'text-soft': 'color',
  line: 'color',
  rule: 'color',
  choice: 'color',
  button: 'color',
  accent: 'color',
  'on-accent': 'color',
  radius: 'border-radius',
  font: 'font-family',
};
