// Requests of services that want to be kept back: they wait in memory for the answer, and are made on a yes within the
// same page view.
import type { State } from '../core/config';
import { Block, findBlock } from './host-list';
import { attempt } from '../core/attempt';

const MAX_HELD = 50; // what comes when so many wait is stopped like any other

interface HeldCall {
  of: string; // service or purpose whose answer decides
  send: () => void;
  lose: () => void;
}

let heldCalls: HeldCall[] = [];

/** Keeps a request back where its service wants that and there is room. */
function holdCall(s: Block, send: () => void, lose: () => void): boolean {
  if (!s.hold || heldCalls.length >= MAX_HELD) return false;
  heldCalls.push({ of: s.service || s.purpose, send, lose });
  return true;
}

/** Keeps back what a function was asked for with these arguments; again asks anew, past the gate or into it. The result is
 * what the caller gets meanwhile; undefined where the request is not to wait. */
export function holdFunctionCall(s: Block, name: string, args: unknown[], again: () => unknown): unknown {
  if (name == 'sendBeacon') return holdCall(s, again, () => {}) || undefined;
  if (name != 'fetch') return;
  let ok: (v: unknown) => void, no: (e: unknown) => void;
  const answer = new Promise<unknown>((a, b) => ([ok, no] = [a, b]));
  const signal = args.map((a) => (a as RequestInit | undefined)?.signal).find(Boolean);
  if (
    signal?.aborted ||
    !holdCall(
      s,
      () => signal?.aborted || ok(again()),
      () => no(new TypeError('Failed to fetch')),
    )
  )
    return;
  signal?.addEventListener('abort', () => no(signal.reason));
  return answer;
}

const latestTokens = new WeakMap<Element, Record<string, object>>(); // what was last set of each attribute

/** Says later whether nothing else was set since. */
export function trackAttribute(e: Element, attribute: string): () => boolean {
  const token = {};
  const all = latestTokens.get(e) || Object.create(null);
  latestTokens.set(e, all);
  all[attribute] = token;
  return () => all[attribute] == token;
}

/** The same as keepCall for what an element is to load, as long as nothing else is set. */
export const makeAttributeHold =
  (e: Element, unchanged: () => boolean, again: () => unknown) =>
  (s: Block): unknown =>
    holdCall(
      s,
      () => unchanged() && again(),
      () => unchanged() && e.dispatchEvent(new Event('error')),
    ) || undefined;

interface OpenedRequest {
  url: unknown;
  fail: () => unknown; // opens it where nothing is
}

const openedRequests = new WeakMap<object, OpenedRequest>(); // what waits to be sent

/** Says whether this request may be opened, since it is kept back when it is sent. A synchronous one can't wait. */
export function trackOpened(xhr: object, url: unknown, sync: boolean, fail: () => unknown): boolean {
  openedRequests.delete(xhr);
  const s = findBlock(url);
  if (!s || !s.hold || sync) return false;
  openedRequests.set(xhr, { url, fail });
  return true;
}

/** The request is not to be sent any more. */
export const dropOpened = (xhr: object): unknown => openedRequests.delete(xhr);

/** Sends the request, keeps it back, or has it fail; report is told of the latter two. */
export function sendOpened(xhr: object, go: () => unknown, report: (s: Block) => void): unknown {
  const o = openedRequests.get(xhr);
  const s = o && findBlock(o.url);
  if (!s) return go();
  const same = (f: () => unknown) => () => openedRequests.get(xhr) == o && f();
  const fail = (): void => {
    o.fail();
    go();
  };
  const kept = holdCall(
    s,
    same(() => sendOpened(xhr, go, report)),
    same(fail),
  );
  const { hold, ...what } = s;
  report({ ...what, by: 'xhr', ...(hold && kept && { held: true }) });
  if (!kept) fail();
  return;
}

/** Sends what may be sent now, and gives up what was refused. */
export function releaseCalls(state: (id: string) => State): void {
  const all = heldCalls;
  heldCalls = [];
  for (const h of all) {
    const is = state(h.of);
    if (is == 'unasked') heldCalls.push(h);
    else attempt(is == 'granted' ? h.send : h.lose);
  }
}
