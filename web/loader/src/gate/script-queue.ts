// Starts tagged scripts in the order in which the browser would have run them.
//
//     async                   starts at once
//     with a source           is requested at once; the browser runs these in order
//     inline                  waits for the script with a source before it ──▶ done, failed, or MAX_WAIT
//     defer, or a module      waits until the page is parsed and no script is left above; these run in order
//
// Each inline script runs in a task of its own: together, several would freeze the page. Only while the page is parsed
// they start at once, so that they run before what the parser finds next.
//
// A script is started in its own element, so that the page's listeners and references hold. An element that the browser
// never starts gets a copy beside it, which tells the element its load or error.
import { attempt } from '../core/attempt';
import { createElement, getRootElement, isParsing } from '../core/dom';
import { hasRun, markRan } from '../core/ran';
import { getTrustedPolicy } from '../core/trusted-types';
import { keepPage, keepPageOnLoad } from './document-write';
import { watchListeners } from './late-listeners';
import { hasTagNonce } from './tag-nonce';

const MAX_WAIT = 5e3; // for a script with a source, in ms
const CLASSIC = /^(?:(?:text|application)\/(?:x-)?(?:java|ecma|j|live)script[\d.]*)?$/i;
const OTHER_RUNNABLE = /^(?:module|importmap|speculationrules)$/i;

/** Starts something, and returns whether that ran code of the page. */
type Start = () => boolean;

let loadingScript: HTMLScriptElement | undefined; // the last script with a source that is not done
const deferred: Start[] = [];
/** What waits for its turn. The first is for what the starter finds when it comes: all of that waits, too. */
const waiting: Start[] = [() => false];
let isBusy = true;
setTimeout(startWaiting);
setTimeout(hasParserFlag); // not first on the way from a click to a script
const queued = new WeakSet<Element>();
let parserFlag: boolean | undefined;

/** A script element of HTML or SVG. In SVG it has no text property, and is never asynchronous. */
export type TaggedScript = HTMLElement & Pick<HTMLScriptElement, 'type'> & { async?: boolean };

const readType = (e: HTMLElement): string => (e.dataset['type'] || '').trim();

/** Whether a script was never started. A copy of one that ran is not started. A page that was saved after a script ran
 * is a different matter. */
export const isUnstarted = (e: TaggedScript): boolean =>
  e.type == 'text/plain' && !hasRun(e) && (!e.dataset['nod'] || isParsing());

/** Whether a script only carries data, by its type. */
const isDataBlock = (e: HTMLElement): boolean => !CLASSIC.test(readType(e)) && !OTHER_RUNNABLE.test(readType(e));

/** Starts a script in its turn, if it is still allowed then. An empty one may get a source or a text later. */
export function queueScript(e: TaggedScript, isAllowed: (e: HTMLElement) => boolean): void {
  if (isDataBlock(e)) return showData(e);
  const src = e.dataset['src'] || e.getAttribute('src');
  if (src && !hasTagNonce(e)) return warnOfNonce(e);
  if (!src && !e.textContent) return;
  // The parser may pause within the last script, when its text is not complete.
  if (!src && isParsing() && !e.closest(':not(:last-child)')) return;
  const isModule = readType(e).toLowerCase() == 'module';
  const isAsync = e.hasAttribute('async') && (!!src || isModule);
  if (queued.has(e)) return;
  queued.add(e);
  const start = (): boolean => {
    if (!queued.delete(e) || !isAllowed(e)) return false;
    attempt(() => startScript(e, src, isAsync, isModule));
    return !src;
  };
  if (!isAsync && (isModule || (src && e.hasAttribute('defer')))) {
    // The others of this kind are found in the same task.
    if (deferred.push(start) > 1) return;
    if (isParsing()) addEventListener('readystatechange', startDeferred, true);
    else setTimeout(startDeferred);
  } else if (isAsync) start();
  else
    takeTurn(() => {
      if (src || !loadingScript) return start();
      runAfterLoad(loadingScript, () => takeTurn(start));
      return false;
    });
}

/** Runs a start after those that wait. */
function takeTurn(start: Start): void {
  waiting.push(start);
  if (!isBusy || (isParsing() && waiting.length == 1)) startWaiting();
}

/** Runs what waits, up to the next code of the page. */
function startWaiting(): void {
  isBusy = true;
  for (let start: Start | undefined; (start = waiting.shift()); ) if (start()) return void setTimeout(startWaiting);
  isBusy = false;
}

/** Gives a data block its type, by which other scripts find it. */
function showData(e: TaggedScript): void {
  const src = e.dataset['src'];
  if (src) e.setAttribute('src', src);
  e.type = readType(e);
}

function warnOfNonce(e: Element): void {
  if (queued.has(e)) return;
  queued.add(e);
  console.warn('nod: a tagged script has not the nonce of the tag of consent.js, and is not started.', e);
}

/** Starts what is deferred, once the page is parsed and the other scripts are done. */
function startDeferred(): void {
  if (isParsing()) return;
  takeTurn(() => {
    if (deferred[0] && loadingScript) runAfterLoad(loadingScript, startDeferred);
    else deferred.splice(0).forEach(takeTurn);
    return false;
  });
}

/** Starts a script. Once it has started, it is plain text again, so that moving it in the page neither runs it twice
 * nor against a refusal. */
function startScript(e: TaggedScript, src: string | null, isAsync: boolean, isModule: boolean): void {
  const s = canStart(e) ? e : copyScript(e);
  const { isConnected } = e; // false if the page took it out at once; then the browser starts it all the same
  const insert = (): void => {
    if (s == e) return;
    if (isConnected) e.before(s);
    else getRootElement().append(s);
  };
  markRan(e);
  markRan(s);
  s.async = isAsync;
  s.type = readType(e);
  if (src) {
    s.removeAttribute('src'); // only a source that is new starts the script
    s.src = getTrustedPolicy().createScriptURL(src);
    insert();
    followLoad(s, isAsync, isModule); // after the request: the script runs in another task
  } else {
    if (!isAsync) watchListeners(s);
    keepPage(e, () => {
      s.text = getTrustedPolicy().createScript(e.textContent!); // an element has one
      insert();
    });
  }
  s.type = 'text/plain';
  if (s != e && (!src || !isConnected)) s.remove();
}

/** Prepares for the run of a script that is being loaded. */
function followLoad(s: HTMLScriptElement, isAsync: boolean, isModule: boolean): void {
  if (!isAsync) watchListeners(s);
  // A script that the browser ignores never reports the end of its load.
  if (!isAsync && !isModule && !s.defer && !s.noModule) {
    loadingScript = s;
    runAfterLoad(s, () => loadingScript == s && (loadingScript = undefined));
  }
  keepPageOnLoad(s);
}

/** Whether the browser starts this element. It starts none that was made from markup by a script: these are not async
 * by default. Firefox does not tell, and with the attribute no browser does. */
function canStart(e: TaggedScript): e is HTMLScriptElement {
  // That of a frame's document, or of SVG, does not count as one here.
  return e instanceof HTMLScriptElement && e.async && !e.hasAttribute('async') && hasParserFlag() && e.isConnected;
}

/** Whether a script element tells that it was made from markup. */
function hasParserFlag(): boolean {
  if (parserFlag == undefined) {
    const box = createElement('div');
    box.innerHTML = getTrustedPolicy().createHTML('<script></script>');
    parserFlag = !(box.firstChild as HTMLScriptElement).async;
  }
  return parserFlag;
}

function copyScript(e: TaggedScript): HTMLScriptElement {
  const s = createElement('script');
  for (const { name, value } of Array.from(e.attributes))
    if (!/^(type|src|nonce|on.*)$/.test(name)) s.setAttribute(name, value);
  s.nonce = e.nonce!; // every HTML element has it; the browser hides it from attributes
  for (const type of ['load', 'error'])
    s.addEventListener(type, () => {
      s.remove();
      e.dispatchEvent(new Event(type));
    });
  return s;
}

function runAfterLoad(s: HTMLScriptElement, f: () => void): void {
  s.addEventListener('load', f);
  s.addEventListener('error', f);
  setTimeout(f, MAX_WAIT);
}
