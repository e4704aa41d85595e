// The API of consent.js for code that a bundler loads. It works before consent.js has loaded, without it, and on a
// server: then nothing is granted, and calls wait or do nothing. It stores nothing and decides nothing.

/** What the site's policy asks for. "nod types" writes a file that names the ids; without it they are any text. */
// biome-ignore lint/suspicious/noEmptyInterface: an application fills it in
export interface Site {}

/** The id of a purpose. */
export type PurposeId = Site extends { purpose: infer Id extends string } ? Id : string;

/** The id of a service. */
export type ServiceId = Site extends { service: infer Id extends string } ? Id : string;

/** The id of a purpose or a service. */
export type ConsentId = PurposeId | ServiceId;

/** The state of a purpose. "unasked" acts as "denied". */
export type State = 'granted' | 'denied' | 'unasked';

export type Answers = Readonly<Partial<Record<PurposeId, State>>>;

/** Answers to some purposes and services; true and false mean "granted" and "denied". */
export type Choice = Partial<Record<ConsentId, State | boolean>>;

/** A decision of the visitor. */
export interface Decision {
  id: string; // UUID, version 7
  action: 'accept_all' | 'reject_all' | 'save' | 'withdraw';
  answers: Answers; // what this decision answered, not the whole state
  services: Partial<Record<ServiceId, State>>;
}

/** A request that was blocked or is held. */
export interface Blocked {
  purpose: string; // '' if no purpose has that host
  service?: string;
  host?: string;
  key?: string; // of an entry in the browser's storage
  by?: string; // what would have made it, such as "fetch"
  held?: boolean; // it waits for the visitor's answer
}

/** The server's receipt. */
export type Receipt = { record: { id: string } } & Record<string, unknown>;

/** What listeners get, by event. */
export interface Events {
  ready: Answers;
  change: Answers;
  decision: Decision;
  blocked: Blocked;
  leak: Blocked;
}

/** The script's API, as far as it is read here. Calls go through push, which an array has too. */
interface PageAPI {
  has?: (id: string) => boolean;
  answers?: () => Answers;
  receipt?: () => Receipt | null;
  push?: (...calls: unknown[][]) => unknown;
}

type Listener<E extends keyof Events> = (detail: Events[E]) => void;

// On a server, and where the visitor has not been asked, no answer is known.
const NO_ANSWERS: Answers = Object.freeze({});

/** What the page has by the script's name: its API, an array of calls that wait for it, or an element of that id. */
const getPageAPI = (): PageAPI => (typeof window != 'undefined' && (window as unknown as { nod?: PageAPI }).nod) || {};

/** Calls a function of the script, once that is loaded. */
function call(...named: [name: string, ...args: unknown[]]): void {
  if (typeof window == 'undefined') return;
  const api = getPageAPI();
  if (typeof api.push == 'function') api.push(named);
  else (window as unknown as { nod: unknown }).nod = [named];
}

/** Whether the purpose or service is granted. False before the script is loaded, and for an unknown id. */
export const has = (id: ConsentId): boolean => getPageAPI().has?.(id) === true;

/** The state of each purpose; none before the script is loaded. */
export const getAnswers = (): Answers => getPageAPI().answers?.() || NO_ANSWERS;

/** The receipt of the last decision, once the server has confirmed it. */
export const getReceipt = (): Receipt | null => getPageAPI().receipt?.() || null;

/** Shows the banner again. */
export const showBanner = (): void => call('show');

/** Opens the preferences. */
export const openPreferences = (): void => call('preferences');

/** Grants everything that is asked for together. */
export const acceptAll = (): void => call('acceptAll');

/** Refuses everything that is optional. */
export const rejectAll = (): void => call('rejectAll');

/** Answers what is named, and leaves the rest unchanged. */
export const save = (choice: Choice): void => call('save', choice);

/** Refuses these purposes, or all. */
export const withdraw = (...purposes: PurposeId[]): void => call('withdraw', ...(purposes[0] ? [purposes] : []));

/** What a visitor can do, for components. */
export const actions = { acceptAll, rejectAll, save, withdraw, openPreferences, showBanner };

const listeners = new Map<string, Set<(detail: never) => void>>();
const lastDetails = new Map<string, unknown>(); // by event, for listeners that come later

/** Calls the listener with each event, and at once with the last one. The result stops that. */
export function on<E extends keyof Events>(event: E, listener: Listener<E>): () => void {
  let all = listeners.get(event);
  if (!all) {
    listeners.set(event, (all = new Set()));
    all.add(listener);
    call('on', event, (detail: Events[E]) => notify(event, detail));
  } else {
    all.add(listener);
    if (lastDetails.has(event)) run(listener, lastDetails.get(event) as Events[E]);
  }
  return () => void all.delete(listener);
}

function notify<E extends keyof Events>(event: E, detail: Events[E]): void {
  lastDetails.set(event, detail);
  for (const listener of [...(listeners.get(event) || [])]) run(listener as Listener<E>, detail);
}

/** A listener that fails stops no other. The browser reports its error as any other. */
function run<E extends keyof Events>(listener: Listener<E>, detail: Events[E]): void {
  try {
    listener(detail);
  } catch (e) {
    setTimeout(() => {
      throw e;
    });
  }
}

let snapshot = NO_ANSWERS;
let snapshotText = '{}';
let isWatching = false;

function updateSnapshot(answers: Answers, mustReplace: boolean): void {
  const text = JSON.stringify(answers);
  if (!mustReplace && text == snapshotText) return;
  snapshot = { ...answers };
  snapshotText = text;
}

/** The answers as a store, such as React's useSyncExternalStore reads. A snapshot is the same object until something
 * changes; a change of a service replaces it too. */
export const store = {
  /** Calls the listener after each change. The result stops that. */
  subscribe(listener: () => void): () => void {
    if (!isWatching) {
      isWatching = true;
      on('ready', (answers) => updateSnapshot(answers, true));
      on('change', (answers) => updateSnapshot(answers, true));
    }
    const stops = [on('ready', listener), on('change', listener)];
    return () => stops.forEach((stop) => void stop());
  },
  getSnapshot(): Answers {
    if (!isWatching) updateSnapshot(getAnswers(), false);
    return snapshot;
  },
  getServerSnapshot: (): Answers => NO_ANSWERS,
};

/** Adds the tag of consent.js, for an application that can't put it into the page's head. Whatever runs before it is
 * not held back. A page that has the script, or a tag of it, gets no second one. nonce is that of the page's
 * Content-Security-Policy. */
export function addTag(src: string, nonce = ''): void {
  if (typeof document == 'undefined' || typeof getPageAPI().has == 'function') return;
  for (const { src: other } of document.scripts) if (/\/consent(\.[\w-]+)?\.js(\?|$)/.test(other)) return;
  const tag = document.createElement('script');
  tag.src = src;
  tag.crossOrigin = 'anonymous'; // so that the page's own errors that pass through it can be read
  if (nonce) tag.nonce = nonce;
  document.head.append(tag);
}

/** A third-party script that waits for consent. */
export interface TaggedScript {
  purpose: PurposeId | PurposeId[]; // all of them must be granted
  service?: ServiceId;
  src: string;
  nonce?: string;
  type?: 'module'; // an ordinary script otherwise
}

const added = new Map<string, { element: HTMLScriptElement; users: number }>(); // by address: none is added twice

/** Adds a script that runs once its purposes are granted. The result takes it away again, unless it has run or another
 * part of the page added it too. */
export function addScript(script: TaggedScript): () => void {
  if (typeof document == 'undefined') return () => {};
  const { src } = script;
  const entry = added.get(src) || { element: makeTaggedScript(script), users: 0 };
  entry.users++;
  if (!entry.element.isConnected) document.head.append(entry.element);
  added.set(src, entry);
  return () => {
    if (--entry.users || entry.element.dataset['nod'] == 'ran') return;
    entry.element.remove();
    added.delete(src);
  };
}

function makeTaggedScript({ purpose, service, src, nonce, type }: TaggedScript): HTMLScriptElement {
  const e = document.createElement('script');
  e.type = 'text/plain';
  Object.assign(e.dataset, { category: joinIds(purpose), src, ...(service && { service }), ...(type && { type }) });
  if (nonce) e.nonce = nonce;
  return e;
}

/** The value of data-category for these purposes. */
export const joinIds = (ids: ConsentId | ConsentId[]): string => (Array.isArray(ids) ? ids.join(' ') : ids);

/** Whether all of these are granted. */
export const hasAll = (ids: ConsentId | ConsentId[]): boolean => (Array.isArray(ids) ? ids.every(has) : has(ids));
