// Finds and highlights words in the policy's text, and in its points in plain words, while the visitor types.
import { flatMap } from '../core/list';
import { findElement } from '../core/find';
import { fold, searchWhileTyping } from './query';

// Of the context of a find, for screen readers.
const CHARACTERS_BEFORE = 30;
const CHARACTERS_AFTER = 60;

// Firefox before 140 has no highlights. There the server marks the words.
const highlights = CSS.highlights as HighlightRegistry | undefined;

/** A stretch of text in which words are found, with its text nodes: a sentence may be partly bold. */
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
      r.setStart(...this.locate(i));
      r.setEnd(...this.locate(i + word.length - 1, 1));
      found.push(r);
    }
    return found;
  }

  /** The node with the character at an index, and the character's offset there; more is added to that. */
  private locate(index: number, more = 0): [Text, number] {
    let [node, ...rest] = this.nodes as [Text, ...Text[]]; // something was found in them
    for (const next of rest) {
      if (index < node.length) break;
      index -= node.length;
      node = next;
    }
    return [node, index + more];
  }
}

function listBlocks(part: Element): Block[] {
  const blocks: Block[] = [];
  let within: Element | null | undefined;
  let last = new Block();
  const walk = document.createTreeWalker(part, NodeFilter.SHOW_ALL);
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

/** The text around a find. */
function getContext(r: Range): string {
  const context = r.cloneRange();
  context.setStart(r.startContainer, Math.max(0, r.startOffset - CHARACTERS_BEFORE));
  context.setEnd(r.endContainer, Math.min((r.endContainer as Text).length, r.endOffset + CHARACTERS_AFTER));
  return context.toString();
}

let blocks: Block[];
let finds: Range[] = [];
let current = -1; // index of the find that the visitor is at

/** Connects the search form. */
export function connectSearch(form: HTMLFormElement): void {
  if (!highlights) return;
  blocks = flatMap([...document.querySelectorAll('#nod-summary, article')], (part) => {
    part.querySelectorAll('mark').forEach((m) => m.replaceWith(...m.childNodes)); // the server's
    part.normalize();
    return listBlocks(part);
  });
  const found = findElement(document, '.find .found');
  const next = findElement(document, '#nod-next');
  const update = (): void => {
    search(fold(findElement<HTMLInputElement>(form, '[type=search]').value.trim()), found);
    next.hidden = !finds.length;
  };
  searchWhileTyping(form, update);
  let isBackward = false;
  form.addEventListener('keydown', (e) => (isBackward = e.shiftKey));
  form.addEventListener('submit', () => goTo(isBackward ? -1 : 1, found)); // Enter moves on, Shift and Enter back
  next.addEventListener('click', () => {
    goTo(1, found);
    const r = finds[current];
    if (r) getSelection()?.collapse(r.startContainer, r.startOffset); // a screen reader continues from there
  });
  if (location.search.includes('q=')) update();
}

/** Finds a word, and highlights all finds. */
function search(word: string, found: HTMLElement): void {
  finds = word ? flatMap(blocks, (b) => b.find(word)) : [];
  current = -1;
  highlights?.set('nod-found', new Highlight(...finds));
  highlights?.delete('nod-here');
  found.textContent = word && (found.dataset['words'] || '').replace('{n}', finds.length + '');
}

/** Moves by so many finds, and announces where that is. */
function goTo(by: number, found: HTMLElement): void {
  if (!finds.length) return;
  current = (Math.max(current, by < 0 ? 0 : -1) + by + finds.length) % finds.length;
  const r = finds[current]!; // the index is in range
  highlights?.set('nod-here', new Highlight(r));
  r.startContainer.parentElement?.scrollIntoView({ block: 'center' });
  found.textContent = current + 1 + ' / ' + finds.length;
  const context = document.createElement('span'); // screen readers do not see a highlight
  context.className = 'of';
  context.textContent = ' ' + getContext(r);
  found.append(context);
}
