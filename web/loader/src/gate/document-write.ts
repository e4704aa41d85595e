// Keeps the page when a script that starts late calls document.write, which would replace the page. What it writes
// comes after the script once that has run, as it would have while the page was parsed.
import { attempt } from '../core/attempt';
import { getDocumentProperty } from '../core/dom';
import { getTrustedPolicy } from '../core/trusted-types';
import { removeUntrustedSources } from './tag-nonce';

/** What a script has written so far, and where it goes. */
interface Writer {
  range: Range; // stays in place if the script removes itself
  text: string;
}

/** The scripts that run now, or as soon as they are loaded. */
const writers = new Map<Element, Writer>();
const stubs: Record<string, unknown> = {
  write: makeStub('write', (w, texts) => void (w.text += texts.join(''))),
  writeln: makeStub('writeln', (w, texts) => void (w.text += texts.join('') + '\n')),
  open: makeStub('open', () => document),
  close: makeStub('close', () => {}),
};
const d = document as unknown as Record<string, unknown>;
let running: Writer | undefined; // of code that is no script element, such as a listener

/** The writer of the code that runs now. */
function findWriter(): Writer | undefined {
  const s = getDocumentProperty('currentScript');
  const own = s && writers.get(s);
  if (own && s.isConnected) placeAfter(own.range, s); // the page may have moved it
  return own || running;
}

/** Makes a function that takes the place of one of the document's, for our scripts. */
function makeStub(name: string, f: (w: Writer, texts: unknown[]) => unknown): (...texts: unknown[]) => unknown {
  return (...texts) => {
    const w = findWriter();
    if (w) return f(w, texts);
    const real = getDocumentProperty(name as 'write') as (...texts: unknown[]) => unknown;
    return real.apply(document, texts);
  };
}

function makeWriter(e: Element): Writer {
  const range = getDocumentProperty('createRange').call(document);
  attempt(() => placeAfter(range, e));
  return { range, text: '' };
}

function placeAfter(range: Range, e: Element): void {
  range.setStartAfter(e);
  range.collapse(true);
}

/** Puts our functions in place while a script may call them. A page may have replaced some of them. */
function updateStubs(): void {
  const isNeeded = running || writers.size;
  for (const name in stubs) {
    const has = Object.prototype.hasOwnProperty.call(d, name);
    if (isNeeded && !has) Object.defineProperty(d, name, { value: stubs[name], configurable: true, writable: true });
    else if (!isNeeded && has && d[name] == stubs[name]) delete d[name];
  }
}

/** Puts what was written into the page. */
function insertWritten(w: Writer): void {
  const { text } = w;
  w.text = '';
  if (!text) return;
  attempt(() => {
    const content = w.range.createContextualFragment(getTrustedPolicy().createHTML(text));
    insertContent(content, () => w.range.insertNode(content), w.range);
    w.range.collapse();
  });
}

/** Puts markup with scripts into the page by calling insert. They write after themselves, or from the range on. */
export function insertContent(content: DocumentFragment, insert: () => void, range?: Range): void {
  removeUntrustedSources(content);
  const scripts = [...content.querySelectorAll('script')];
  for (const s of scripts) {
    s.async = s.hasAttribute('async');
    if (s.src) keepPageOnLoad(s);
    else writers.set(s, { range: range ? range.cloneRange() : makeWriter(s).range, text: '' });
  }
  updateStubs();
  attempt(insert);
  for (const s of scripts) if (!s.src) finish(s);
}

/** Ends the writing of a script. */
function finish(s: Element): void {
  const w = writers.get(s);
  writers.delete(s);
  updateStubs();
  if (w) insertWritten(w);
}

/** Keeps what a script with a source writes once it is loaded. Browsers ignore what asynchronous and deferred ones
 * write. */
export function keepPageOnLoad(s: HTMLScriptElement): void {
  if (s.async || s.defer || s.type == 'module') return;
  const w = makeWriter(s);
  writers.set(s, w);
  updateStubs();
  for (const type of ['load', 'error']) s.addEventListener(type, () => writers.get(s) == w && finish(s));
}

/** Runs f, which runs the script of this element, or a listener of it. */
export function keepPage(e: Element, f: () => void): void {
  const before = running;
  const w = (running = makeWriter(e));
  updateStubs();
  try {
    f();
  } finally {
    running = before;
    updateStubs();
    insertWritten(w);
  }
}
