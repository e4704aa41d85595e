// The events that the page hears of, in the order in which they happened.
import { attempt } from '../core/attempt';
import { parse, stringify } from '../core/json';

export type Listener = (detail: never) => void;

// "constructor" is an event name like any other: nothing is inherited.
const listeners: Record<string, Listener[]> = Object.create(null);
const lastDetails: Record<string, string> = Object.create(null); // as JSON, for late listeners

const queue: [string, unknown][] = [];
let reported = ''; // name of the event that listeners are hearing of

/** Reports the queued events in order, even if a listener causes more of them. */
export function flushEvents(): void {
  if (reported) return;
  for (let e; (e = queue.shift()); ) emit((reported = e[0]), e[1]);
  reported = '';
}

/** Queues an event, to be reported later. */
export const addEvent = (name: string, detail: unknown): unknown => queue.push([name, detail]);

/** Queues an event, and reports it as soon as the earlier ones are reported. */
export function queueEvent(name: string, detail: unknown): void {
  addEvent(name, detail);
  flushEvents();
}

/** Queues a blocked request. What a listener to blocked requests sends may be blocked, too: that is not reported. */
export const queueBlocked = (detail: unknown): unknown => reported == 'blocked' || queueEvent('blocked', detail);

/** Reports an event. Each listener gets a copy of its own: what one does to it, no other sees. */
export function emit(name: string, detail: unknown): void {
  const json = (lastDetails[name] = stringify(detail));
  if (name == 'change') lastDetails['ready'] = json; // what is ready now
  for (const f of listeners[name] || []) callListener(f, json);
  attempt(() => document.dispatchEvent(new CustomEvent('nod:' + name, { detail: parse(json) })));
}

/** Adds a listener. It hears at once of the last event of this name: 'ready' has the present answers. */
export function addListener(name: string, f: Listener): void {
  (listeners[name] = listeners[name] || []).push(f);
  const json = lastDetails[name];
  if (json) callListener(f, json);
}

/** Calls a listener. Its errors are the page's own: they are reported as such, and the other listeners still run. */
function callListener(f: Listener, json: string): void {
  try {
    f(parse(json) as never);
  } catch (e) {
    setTimeout(() => {
      throw e;
    });
  }
}
