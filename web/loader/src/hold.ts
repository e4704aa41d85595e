// Requests of services that want to be kept back: they wait in memory for the answer, and are made on a yes within the
// same page view.
import type { State } from './config';
import { Stop, stopped } from './hosts';
import { attempt } from './keep';

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

/** Keeps back what a function or an element asked for; again asks anew, past the gate or into it. The result is what the
 * caller gets meanwhile; undefined where the request is not to wait. */
export function keepCall(s: Stop, by: string, self: Element, again: () => unknown): unknown {
  if (by == 'fetch') {
    let ok: (v: never) => void, no: (e: Error) => void;
    const answer = new Promise<never>((a, b) => ([ok, no] = [a, b]));
    return keep(s, () => ok(again() as never), () => no(new TypeError('Failed to fetch'))) ? answer : undefined;
  }
  if (by == 'sendBeacon') return keep(s, again, () => {}) || undefined;
  return (self instanceof Element && keep(s, again, () => self.dispatchEvent(new Event('error')))) || undefined;
}

const opened = new WeakMap<object, unknown>(); // XMLHttpRequest → address that it waits to be sent to

/** Says whether this request may be opened, since it is kept back when it is sent. A synchronous one can't wait. */
export function opens(xhr: object, url: unknown, async: unknown): boolean {
  opened.delete(xhr);
  const s = stopped(url);
  if (!s || !s.hold || async === false) return false;
  opened.set(xhr, url);
  return true;
}

/** Sends the request, keeps it back, or has it fail; report is told of the latter two. */
export function sends(xhr: XMLHttpRequest, go: () => unknown, report: (s: Stop) => void): unknown {
  const s = opened.has(xhr) && stopped(opened.get(xhr));
  if (!s) return go();
  const fail = (): void => {
    xhr.abort();
    for (const type of ['error', 'loadend']) xhr.dispatchEvent(new ProgressEvent(type));
  };
  const kept = keep(s, () => sends(xhr, go, report), fail);
  const { hold, ...what } = s;
  report({ ...what, by: 'xhr', ...(hold && kept && { held: true }) });
  if (!kept) setTimeout(fail);
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
