// Requests of services that want to be kept back: they wait in memory for the answer, and are made on a yes within the
// same page view.
import type { State } from '../core/config';
import { Stop, stopped } from './host-list';
import { attempt } from '../core/attempt';

const MOST = 50; // what comes when so many wait is stopped like any other

interface Held {
  of: string; // service or purpose whose answer decides
  send: () => void;
  lose: () => void;
}

let held: Held[] = [];

/** Keeps a request back where its service wants that and there is room. */
function keep(s: Stop, send: () => void, lose: () => void): boolean {
  if (!s.hold || held.length >= MOST) return false;
  held.push({ of: s.service || s.purpose, send, lose });
  return true;
}

/** Keeps back what a function was asked for with these arguments; again asks anew, past the gate or into it. The result is
 * what the caller gets meanwhile; undefined where the request is not to wait. */
export function keepCall(s: Stop, name: string, args: unknown[], again: () => unknown): unknown {
  if (name == 'sendBeacon') return keep(s, again, () => {}) || undefined;
  if (name != 'fetch') return;
  let ok: (v: unknown) => void, no: (e: unknown) => void;
  const answer = new Promise<unknown>((a, b) => ([ok, no] = [a, b]));
  const signal = args.map((a) => (a as RequestInit | undefined)?.signal).find(Boolean);
  if (
    signal?.aborted ||
    !keep(
      s,
      () => signal?.aborted || ok(again()),
      () => no(new TypeError('Failed to fetch')),
    )
  )
    return;
  signal?.addEventListener('abort', () => no(signal.reason));
  return answer;
}

const latest = new WeakMap<Element, Record<string, object>>(); // what was last set of each attribute

/** Says later whether nothing else was set since. */
export function touch(e: Element, attribute: string): () => boolean {
  const token = {};
  const all = latest.get(e) || Object.create(null);
  latest.set(e, all);
  all[attribute] = token;
  return () => all[attribute] == token;
}

/** The same as keepCall for what an element is to load, as long as nothing else is set. */
export const keepSet =
  (e: Element, unchanged: () => boolean, again: () => unknown) =>
  (s: Stop): unknown =>
    keep(
      s,
      () => unchanged() && again(),
      () => unchanged() && e.dispatchEvent(new Event('error')),
    ) || undefined;

interface Opened {
  url: unknown;
  fail: () => unknown; // opens it where nothing is
}

const opened = new WeakMap<object, Opened>(); // what waits to be sent

/** Says whether this request may be opened, since it is kept back when it is sent. A synchronous one can't wait. */
export function opens(xhr: object, url: unknown, sync: boolean, fail: () => unknown): boolean {
  opened.delete(xhr);
  const s = stopped(url);
  if (!s || !s.hold || sync) return false;
  opened.set(xhr, { url, fail });
  return true;
}

/** The request is not to be sent any more. */
export const aborts = (xhr: object): unknown => opened.delete(xhr);

/** Sends the request, keeps it back, or has it fail; report is told of the latter two. */
export function sends(xhr: object, go: () => unknown, report: (s: Stop) => void): unknown {
  const o = opened.get(xhr);
  const s = o && stopped(o.url);
  if (!s) return go();
  const same = (f: () => unknown) => () => opened.get(xhr) == o && f();
  const fail = (): void => {
    o.fail();
    go();
  };
  const kept = keep(
    s,
    same(() => sends(xhr, go, report)),
    same(fail),
  );
  const { hold, ...what } = s;
  report({ ...what, by: 'xhr', ...(hold && kept && { held: true }) });
  if (!kept) fail();
  return;
}

/** Sends what may be sent now, and gives up what was refused. */
export function release(state: (id: string) => State): void {
  const all = held;
  held = [];
  for (const h of all) {
    const is = state(h.of);
    if (is == 'unasked') held.push(h);
    else attempt(is == 'granted' ? h.send : h.lose);
  }
}
