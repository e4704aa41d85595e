// The search of the documentation. The server sends all pages of a language as one list, and the browser searches it.

export interface Passage {
  id: string; // of the heading
  title: string;
  text: string;
}

export interface DocsPage {
  address: string;
  title: string;
  passages: Passage[];
}

export interface Result {
  address: string;
  page: string; // title of the page
  title: string; // of the heading
  excerpt: string;
}

const MAX_RESULTS = 12;
const EXCERPT = 120; // characters

/** Finds the passages that have every word, those with a word in a heading first. */
export function findPassages(pages: DocsPage[], query: string): Result[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const found: { score: number; result: Result }[] = [];
  for (const page of pages)
    for (const passage of page.passages) {
      const score = computeScore(page, passage, words);
      if (score) found.push({ score, result: toResult(page, passage, words) });
    }
  return found
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_RESULTS)
    .map((f) => f.result);
}

/** Returns 0 where a word is missing. A word in the heading counts more than one in the page's title or the text. */
function computeScore(page: DocsPage, passage: Passage, words: string[]): number {
  const heading = passage.title.toLowerCase();
  const title = page.title.toLowerCase();
  const text = passage.text.toLowerCase();
  let score = 0;
  for (const word of words) {
    const points = (heading.includes(word) ? 8 : 0) + (title.includes(word) ? 4 : 0) + (text.includes(word) ? 1 : 0);
    if (!points) return 0;
    score += points;
  }
  return score;
}

function toResult(page: DocsPage, passage: Passage, words: string[]): Result {
  const text = passage.text;
  const first = Math.max(0, text.toLowerCase().indexOf(words[0] || ''));
  const start = Math.max(0, first - EXCERPT / 3);
  const end = start + EXCERPT;
  const excerpt = (start ? '…' : '') + text.slice(start, end) + (end < text.length ? '…' : '');
  const isTop = page.passages[0] == passage;
  return {
    address: page.address + (isTop || !passage.id ? '' : '#' + passage.id),
    page: page.title,
    title: passage.title,
    excerpt,
  };
}

/** Connects the search field. It is hidden without this script. */
export function connectDocsSearch(form: HTMLFormElement): void {
  const field = form.querySelector('input');
  const list = form.querySelector('ol');
  const status = form.querySelector('[role=status]');
  if (!field || !list || !status) return;
  form.hidden = false;
  let loading: Promise<DocsPage[]> | undefined;
  const load = (): Promise<DocsPage[]> =>
    (loading ||= fetch(form.dataset['index'] || '')
      .then((response) => (response.ok ? response.json() : Promise.reject()))
      .catch(() => {
        loading = undefined; // offline, or the server is: the next key tries again
        return [];
      }));

  const search = async (): Promise<void> => {
    const query = field.value;
    const pages = await load();
    if (query != field.value) return; // a newer search is under way
    const results = findPassages(pages, query);
    list.textContent = '';
    list.append(...results.map(renderResult));
    list.hidden = !results.length;
    const words = results.length ? form.dataset['found'] : form.dataset['none'];
    status.textContent = query.trim() ? (words || '').replace('{n}', String(results.length)) : '';
    status.classList.toggle('skip', !!results.length); // seen where nothing was found
  };

  field.addEventListener('focus', load);
  field.addEventListener('input', search);
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    list.querySelector('a')?.click();
  });
  form.addEventListener('keydown', (e) => {
    if (e.key != 'Escape') return;
    field.value = '';
    field.focus();
    search();
  });
  form.addEventListener('focusout', (e) => {
    if (!form.contains(e.relatedTarget as Node | null)) list.hidden = true;
  });
  field.addEventListener('focus', search);
}

function renderResult(result: Result): HTMLLIElement {
  const link = document.createElement('a');
  link.href = result.address;
  const title = document.createElement('b');
  title.textContent = result.title == result.page ? result.title : result.page + ' › ' + result.title;
  const excerpt = document.createElement('span');
  excerpt.textContent = result.excerpt;
  link.append(title, excerpt);
  const item = document.createElement('li');
  item.append(link);
  return item;
}
