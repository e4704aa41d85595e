// The script of the policy's page and of the lists. Both work without it: the server filters, and marks what is looked
// for. Here it happens while one types.
import { findElement } from '../core/find';

const findOptional = <T extends Element>(selector: string): T | null => document.querySelector<T>(selector);
const scrollToElement = (e?: Element | null): void => e?.scrollIntoView({ block: 'nearest', inline: 'center' });
scrollToElement(findOptional('.around [aria-current]'));
findOptional('.around')?.addEventListener('focusin', (e) => scrollToElement(e.target as Element)); // the strip of links is longer than a telephone is wide
document.getElementById(location.hash.slice(1))?.closest('details')?.setAttribute('open', ''); // which not every browser does by itself
const isWholePage = document.body.className == 'reading'; // a page of its own, and no part of the preferences

const PLAIN_FORMS: Record<string, string> = { '\u3000': ' ', '\u00a0': ' ', '‘': "'", '’': "'", '“': '"', '”': '"' };

/** widget.Fold: each character stays one, also where its lower case has two. */
const fold = (text: string): string =>
  // biome-ignore lint/correctness/noEmptyCharacterClassInRegex: [^] is any character, line breaks too
  text.replace(/[^]/g, (c) => {
    const plain = PLAIN_FORMS[c] || (c >= '！' && c <= '～' ? String.fromCharCode(c.charCodeAt(0) - 0xfee0) : c);
    const low = plain.toLowerCase();
    return low.length > 1 ? plain : low;
  });

/** Keeps what is looked for in the address, so that it can be sent to somebody. */
function rememberQuery(form: HTMLFormElement): void {
  if (!isWholePage) return;
  const q = new URLSearchParams();
  new FormData(form).forEach((value, name) => value && q.append(name, value as string));
  history.replaceState(null, '', '?' + q + location.hash);
}

function searchWhileTyping(form: HTMLFormElement, look: () => void): void {
  form.addEventListener('submit', (e) => e.preventDefault());
  form.addEventListener('input', () => {
    look();
    rememberQuery(form);
  });
  findElement(form, '[type=submit]').hidden = true;
}

// --- lists --------------------------------------------------------------------------------------------------------

const connectedLists = new WeakSet<Element>();

function connectList(list: HTMLElement): void {
  const filter = findElement<HTMLFormElement>(list, '.filter');
  if (connectedLists.has(list)) return;
  connectedLists.add(list);
  const textOf = (e: HTMLElement): string =>
    fold(Array.from(e.querySelectorAll('h2, .tag, p:not(.tags), dd'), (t) => t.textContent).join('\n'));
  const entries = Array.from(list.querySelectorAll<HTMLElement>('.entry'), (e) => ({ e, text: textOf(e) }));
  const found = findElement(list, '.found');
  const none = findElement(list, '.none');
  const value = (name: string): string => (new FormData(filter).get(name) as string | null) || '';
  const has = (names: string | undefined, id: string): boolean => (names || '').split(' ').includes(id);
  const apply = (): void => {
    const words = fold(value('q')).split(/\s+/);
    const platform = value('platform');
    const kind = value('kind');
    let shown = 0;
    for (const { e, text } of entries) {
      // widget.Filter.Matches
      const is =
        (!platform || !e.dataset['platform'] || has(e.dataset['platform'], platform)) &&
        (!kind || has(e.dataset['kind'], kind)) &&
        words.every((w) => text.includes(w));
      e.hidden = !is;
      if (is) shown++;
    }
    found.textContent = (found.dataset['words'] || '')
      .replace('{shown}', shown + '')
      .replace('{all}', entries.length + '');
    none.hidden = shown > 0;
  };
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

const connectLists = (): void => document.querySelectorAll<HTMLElement>('.list').forEach(connectList);
addEventListener('nod:part', connectLists);
connectLists();

// --- the text -----------------------------------------------------------------------------------------------------

/** A stretch of text that may be found as one, in the text nodes that make it up: a sentence goes on in bold. */
class Block {
  private readonly nodes: Text[] = [];
  private text = '';

  add(n: Text): void {
    this.nodes.push(n);
    this.text += fold(n.data);
  }

  find(word: string): Range[] {
    const found = [];
    for (let i = 0; (i = this.text.indexOf(word, i)) >= 0; i += word.length) {
      const r = new Range();
      r.setStart(...this.place(i));
      r.setEnd(...this.place(i + word.length - 1, 1));
      found.push(r);
    }
    return found;
  }

  /** The node with this character, and where it is there; on is added to that. */
  private place(at: number, on = 0): [Text, number] {
    let [node, ...rest] = this.nodes as [Text, ...Text[]]; // a place was found in them
    for (const next of rest) {
      if (at < node.length) break;
      at -= node.length;
      node = next;
    }
    return [node, at + on];
  }
}

function listBlocks(article: HTMLElement): Block[] {
  const blocks: Block[] = [];
  let within: Element | null | undefined;
  let last = new Block();
  const walk = document.createTreeWalker(article, NodeFilter.SHOW_ALL);
  for (let n; (n = walk.nextNode()); ) {
    if (n.nodeName == 'BR') within = undefined;
    if (!(n instanceof Text)) continue;
    const block = n.parentElement?.closest('p, li, h1, h2, h3, h4, h5, h6, td, th, dt, dd, blockquote, pre, article');
    if (block != within) blocks.push((last = new Block()));
    within = block;
    last.add(n);
  }
  return blocks;
}

/** What a place is about: some text before and behind. */
function getContext(r: Range): string {
  const wide = r.cloneRange();
  wide.setStart(r.startContainer, Math.max(0, r.startOffset - 30));
  wide.setEnd(r.endContainer, Math.min((r.endContainer as Text).length, r.endOffset + 60));
  return wide.toString();
}

const highlights = CSS.highlights as HighlightRegistry | undefined; // Firefox before 140 has none: there the server marks
const search = findOptional<HTMLFormElement>('.find');
if (search && highlights) {
  const article = findElement(document, 'article');
  article.querySelectorAll('mark').forEach((m) => m.replaceWith(...m.childNodes)); // the server's, from here on ours
  article.normalize();
  const found = findElement(document, '.find .found');
  const next = findElement(document, '#nod-next');
  const blocks = listBlocks(article);
  let places: Range[] = [];
  let at = -1;
  const look = (): void => {
    const word = fold(findElement<HTMLInputElement>(search, '[type=search]').value.trim());
    places = [];
    at = -1;
    if (word) for (const b of blocks) places.push(...b.find(word));
    highlights.set('nod-found', new Highlight(...places));
    highlights.delete('nod-here');
    found.textContent = word && (found.dataset['words'] || '').replace('{n}', places.length + '');
    next.hidden = !places.length;
  };
  const go = (by: number): void => {
    if (!places.length) return;
    at = (Math.max(at, by < 0 ? 0 : -1) + by + places.length) % places.length;
    const r = places[at]!; // of these, not none
    highlights.set('nod-here', new Highlight(r));
    r.startContainer.parentElement?.scrollIntoView({ block: 'center' });
    found.textContent = at + 1 + ' / ' + places.length;
    const heard = document.createElement('span'); // a highlight is seen only
    heard.className = 'of';
    heard.textContent = ' ' + getContext(r);
    found.append(heard);
  };
  searchWhileTyping(search, look);
  let back = false;
  search.addEventListener('keydown', (e) => (back = e.shiftKey));
  search.addEventListener('submit', () => go(back ? -1 : 1)); // Enter goes from place to place, and with Shift back
  next.addEventListener('click', () => {
    go(1);
    const r = places[at];
    if (r) getSelection()?.collapse(r.startContainer, r.startOffset); // from where a screen reader reads on
  });
  if (location.search.includes('q=')) look();
}

const printer = findOptional<HTMLElement>('#nod-print');
if (printer) {
  printer.hidden = false;
  printer.addEventListener('click', () => window.print());
}
