// Notes which elements ran code on this page. An attribute says it too, for the page's author, but markup that was saved
// after a visit has that as well. All bundles know the symbol.

const RAN = Symbol.for('nod');

export function markRan(e: HTMLElement): void {
  e.dataset['nod'] = 'ran';
  (e as { [RAN]?: boolean })[RAN] = true;
}

export const hasRun = (e: Element): boolean => !!(e as { [RAN]?: boolean })[RAN];
