// Notes which elements ran code on this page. An attribute says it too, also of a copy (Turbo makes some), but markup
// that was saved after a visit has that as well. All bundles know the symbol.

const RAN = Symbol.for('nod');

type Marked = { [RAN]?: boolean };

export function markRan(e: HTMLElement): void {
  e.dataset['nod'] = 'ran';
  (e as Marked)[RAN] = (window as Marked)[RAN] = true;
}

/** Whether an element ran, or with the window, any did. */
export const hasRun = (e: Element | Window): boolean => !!(e as Marked)[RAN];
