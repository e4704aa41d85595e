// Requests of services whose policy says "hold": they wait in memory for the answer, and are sent if it is yes, within
// the same page view.
import { attempt } from '../core/attempt';
import type { State } from '../core/config';
import { type Block, findBlock } from './host-list';

const MAX_HELD = 50; // further requests are blocked

interface HeldCall {
  id: string; // of the service or purpose whose answer decides
  send: () => void;
  drop: () => void;
}

let heldCalls: HeldCall[] = [];
let getState: (id: string) => State | undefined; // of a service or purpose

/** Holds a request, if its service wants that, the visitor has not answered yet, and there is room. After a refusal
 * there is nothing to wait for. */
function holdCall(b: Block, send: () => void, drop: () => void): boolean {
  const id = b.service || b.purpose;
  if (!b.hold || getState(id) != 'unasked' || heldCalls.length >= MAX_HELD) return false;
  heldCalls.push({ id, send, drop });
  return true;
}

/** Holds a call of a function; repeat calls it again, through the gate. The result is what the caller gets meanwhile;
 * nothing if the request is not held. */
export function holdFunctionCall(b: Block, name: string, args: unknown[], repeat: () => unknown): unknown {
  if (name == 'sendBeacon') return holdCall(b, repeat, () => {});
  if (name != 'fetch') return;
  let resolve: (v: unknown) => void, reject: (e: unknown) => void;
  const answer = new Promise<unknown>((a, b) => ([resolve, reject] = [a, b]));
  const signal = args.map((a) => (a as RequestInit | undefined)?.signal).find(Boolean);
  if (signal?.aborted) return;
  const send = () => signal?.aborted || resolve(repeat());
  const drop = () => reject(new TypeError('Failed to fetch'));
  if (!holdCall(b, send, drop)) return;
  signal?.addEventListener('abort', () => reject(signal.reason));
  return answer;
}

const latestTokens = new WeakMap<Element, Record<string, object>>(); // of each attribute, for the last value set

/** Notes that an attribute is set. The result tells later whether that is still the last value. */
export function trackAttribute(e: Element, attribute: string): () => boolean {
  const token = {};
  const tokens = latestTokens.get(e) || Object.create(null);
  latestTokens.set(e, tokens);
  tokens[attribute] = token;
  return () => tokens[attribute] == token;
}

/** Like holdFunctionCall, for what an element loads, as long as its attribute is not set again. */
export const makeAttributeHold = (e: Element, isCurrent: () => boolean, repeat: () => unknown) => {
  const send = () => isCurrent() && repeat();
  const drop = () => isCurrent() && e.dispatchEvent(new Event('error'));
  return (b: Block): unknown => holdCall(b, send, drop);
};

interface OpenedRequest {
  url: unknown;
  isSent?: boolean; // it is held
  openDead: () => unknown; // opens the request again, to an address where nothing is
}

const openedRequests = new WeakMap<object, OpenedRequest>(); // will be held when they are sent

/** Notes that a request is opened, and returns whether to open it now because it will be held when it is sent. A
 * synchronous request can't be held. */
export function trackOpened(xhr: object, url: unknown, isSynchronous: boolean, openDead: () => unknown): boolean {
  openedRequests.delete(xhr);
  const b = findBlock(url);
  if (!b || !b.hold || isSynchronous) return false;
  openedRequests.set(xhr, { url, openDead });
  return true;
}

/** Notes that a request is aborted. One that is held was sent, as the page sees it: it hears that it is aborted. */
export function dropOpened(xhr: EventTarget): void {
  const opened = openedRequests.get(xhr);
  openedRequests.delete(xhr);
  if (opened && opened.isSent) for (const type of ['abort', 'loadend']) xhr.dispatchEvent(new ProgressEvent(type));
}

/** Sends a request, holds it or lets it fail; report gets the block, and whether it is held. */
export function sendOpened(
  xhr: object,
  send: () => unknown,
  report: (b: Block, by: string, isHeld: boolean) => void,
): unknown {
  const opened = openedRequests.get(xhr);
  const b = opened && findBlock(opened.url);
  if (!b) return send();
  if (opened.isSent) throw new DOMException('The object is sent already.', 'InvalidStateError');
  const ifCurrent = (f: () => unknown) => () => openedRequests.get(xhr) == opened && f();
  const fail = (): void => {
    opened.openDead();
    send();
  };
  const isHeld = holdCall(
    b,
    ifCurrent(() => {
      opened.isSent = false;
      sendOpened(xhr, send, report);
    }),
    ifCurrent(fail),
  );
  report(b, 'xhr', isHeld);
  opened.isSent = isHeld;
  if (!isHeld) fail();
  return;
}

/** Sends what may be sent now, and drops what was refused. Later requests are held by the same states. */
export function releaseCalls(states: typeof getState): void {
  getState = states;
  const all = heldCalls;
  heldCalls = [];
  for (const h of all) {
    const state = getState(h.id);
    if (state == 'unasked') heldCalls.push(h);
    else attempt(state == 'granted' ? h.send : h.drop);
  }
}
