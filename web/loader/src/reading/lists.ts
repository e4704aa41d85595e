// Filters the lists while the visitor types.
import { findElement } from '../core/find';
import { fold, rememberQuery, searchWhileTyping } from './query';

interface Entry {
  element: HTMLElement;
  text: string; // folded
}

interface List {
  filter: HTMLFormElement;
  entries: Entry[];
  box: HTMLElement; // of the entries
  found: HTMLElement;
  none: HTMLElement;
  file: HTMLAnchorElement;
}

const connectedLists = new WeakSet<Element>();

/** Connects the lists on the page that are not connected yet. */
export const connectLists = (): void => document.querySelectorAll<HTMLElement>('.list').forEach(connectList);

function connectList(element: HTMLElement): void {
  if (connectedLists.has(element)) return;
  connectedLists.add(element);
  const filter = findElement<HTMLFormElement>(element, '.filter');
  const list: List = {
    filter,
    entries: Array.from(element.querySelectorAll<HTMLElement>('.entry'), readEntry),
    box: findElement(element, '.entries'),
    found: findElement(element, '.found'),
    none: findElement(element, '.none'),
    file: findElement<HTMLAnchorElement>(element, '.file'),
  };
  searchWhileTyping(filter, () => applyFilter(list));
  const setOnly = (only: string): void => {
    getOnly(filter).value = only;
    applyFilter(list);
    rememberQuery(filter);
  };
  filter.addEventListener('click', (e) => {
    const mark = (e.target as Element).closest<HTMLElement>('[data-only]');
    if (!mark) return;
    e.preventDefault();
    const only = mark.dataset['only']!; // the selector asks for it
    setOnly(getOnly(filter).value == only ? '' : only);
  });
  findElement(list.none, 'a').addEventListener('click', (e) => {
    e.preventDefault();
    filter
      .querySelectorAll<HTMLInputElement | HTMLSelectElement>('[type=search], select')
      .forEach((f) => (f.value = ''));
    setOnly('');
    findElement(filter, '[type=search]').focus();
  });
}

const getOnly = (filter: HTMLFormElement): HTMLInputElement => findElement<HTMLInputElement>(filter, '[name=only]');

function readEntry(element: HTMLElement): Entry {
  const parts = Array.from(element.querySelectorAll('h2, p:not(.tags), .tags .tag, dd'), (t) => t.textContent);
  return { element, text: fold(parts.join('\n')) };
}

/** Shows the entries that match the filter, as widget.Filter.Matches does. */
function applyFilter({ filter, entries, box, found, none, file }: List): void {
  const read = (name: string): string => (new FormData(filter).get(name) as string | null) || '';
  const has = (ids: string | undefined, id: string): boolean => (ids || '').split(' ').includes(id);
  const query = read('q').trim();
  const words = fold(query).split(/\s+/);
  const [platform, kind, only] = [read('platform'), read('kind'), read('only')];
  let rows = 0;
  let matches = 0; // as the policy counts them, where a row joins several
  let all = 0;
  sortEntries(filter, entries, box);
  let group: string | undefined;
  for (const { element, text } of entries) {
    const { platform: platforms, kind: kinds, marks, size } = element.dataset;
    const isMatch =
      (!platform || !platforms || has(platforms, platform)) &&
      (!kind || has(kinds, kind)) &&
      (!only || has(marks, only)) &&
      words.every((w) => text.includes(w));
    element.hidden = !isMatch;
    all += Number(size);
    if (!isMatch) continue;
    rows++;
    matches += platform ? 1 : Number(size);
    element.classList.toggle('same', !!group && element.dataset['group'] == group);
    group = element.dataset['group'];
    for (const d of element.querySelectorAll('details')) d.open = !!query; // the words may be in it
  }
  const counts = { rows, shown: matches, all };
  found.textContent = (found.dataset['words'] || '').replace(
    /{(\w+)}/g,
    (_, name: keyof typeof counts) => counts[name] + '',
  );
  none.hidden = matches > 0;
  for (const mark of filter.querySelectorAll<HTMLElement>('[data-only]'))
    if (mark.dataset['only'] == only) mark.setAttribute('aria-current', 'true');
    else mark.removeAttribute('aria-current');
  if (file.href) file.search = '?' + new URLSearchParams(new FormData(filter) as unknown as Record<string, string>);
}

/** Puts the entries into the chosen order. Each has its place in all of them. */
function sortEntries(filter: HTMLFormElement, entries: Entry[], box: HTMLElement): void {
  const order = findElement<HTMLSelectElement>(filter, '[name=sort]').selectedIndex;
  if (order < 0) return;
  const rank = (e: Entry): number => Number((e.element.dataset['ranks'] || '').split(' ')[order]);
  const before = entries.slice();
  entries.sort((a, b) => rank(a) - rank(b));
  if (entries.some((e, i) => e != before[i])) box.append(...entries.map((e) => e.element));
}
