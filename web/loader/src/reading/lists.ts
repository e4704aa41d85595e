// Filters the lists while the visitor types.
import { findElement } from '../core/find';
import { fold, rememberQuery, searchWhileTyping } from './query';

interface Entry {
  element: HTMLElement;
  text: string; // folded
}

const connectedLists = new WeakSet<Element>();

/** Connects the lists on the page that are not connected yet. */
export const connectLists = (): void => document.querySelectorAll<HTMLElement>('.list').forEach(connectList);

function connectList(list: HTMLElement): void {
  const filter = findElement<HTMLFormElement>(list, '.filter');
  if (connectedLists.has(list)) return;
  connectedLists.add(list);
  const entries = Array.from(list.querySelectorAll<HTMLElement>('.entry'), readEntry);
  const none = findElement(list, '.none');
  const apply = (): void => applyFilter(filter, entries, findElement(list, '.found'), none);
  searchWhileTyping(filter, apply);
  findElement(none, 'a').addEventListener('click', (e) => {
    e.preventDefault();
    filter
      .querySelectorAll<HTMLInputElement | HTMLSelectElement>('[type=search], select')
      .forEach((f) => (f.value = ''));
    apply();
    rememberQuery(filter);
    findElement(filter, '[type=search]').focus();
  });
}

function readEntry(element: HTMLElement): Entry {
  const parts = Array.from(element.querySelectorAll('h2, .tag, p:not(.tags), dd'), (t) => t.textContent);
  return { element, text: fold(parts.join('\n')) };
}

/** Shows the entries that match the filter, as widget.Filter.Matches does. */
function applyFilter(filter: HTMLFormElement, entries: Entry[], found: HTMLElement, none: HTMLElement): void {
  const read = (name: string): string => (new FormData(filter).get(name) as string | null) || '';
  const has = (ids: string | undefined, id: string): boolean => (ids || '').split(' ').includes(id);
  const words = fold(read('q')).split(/\s+/);
  const platform = read('platform');
  const kind = read('kind');
  let matches = 0;
  for (const { element, text } of entries) {
    const { platform: platforms, kind: kinds } = element.dataset;
    const isMatch =
      (!platform || !platforms || has(platforms, platform)) &&
      (!kind || has(kinds, kind)) &&
      words.every((w) => text.includes(w));
    element.hidden = !isMatch;
    if (isMatch) matches++;
  }
  found.textContent = (found.dataset['words'] || '')
    .replace('{shown}', matches + '')
    .replace('{all}', entries.length + '');
  none.hidden = matches > 0;
}
