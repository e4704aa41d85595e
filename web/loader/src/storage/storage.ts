// Where the browser keeps the answers: the cookie, and beside it in localStorage what only this browser needs (the
// subject's secret, what the server has not confirmed yet, the last receipt). Every access may be refused by the
// browser; then the choice holds for as long as the page is open.
import { attempt } from '../core/attempt';
import { config, items } from '../core/config';
import { timeOf } from '../core/uuid';
import { cookies } from '../core/dom';
import { decodeCookie, encodeCookie } from './cookie';
import { addAnswer, given, mapToCurrentHashes, nothing, Stored } from '../core/rules';

const NAME = 'nod';
export const { parse, stringify } = JSON; // which a page may replace
const OWN = /^nod(-newer)?=(.*)/;

/** What an app had at document start (window.nodExternal), which has decided already: the cookie of a decision here, or answers of its own,
 * where each that is not named is a refusal. Later nobody is believed: an object of that name may come from anywhere then. An element or a
 * frame of that name is none of the window's own properties (HTML, 7.2.2.3), and what was given is plain data. */
export const app = attempt(() => parse(stringify(given(window as never, 'nodExternal'))) as Record<string, unknown>);

let memory: Stored | undefined; // the last written, for browsers that keep no cookie
let guard = false; // the last read met a guard
let plain = ''; // and this as the newest decision beside it

/** The newest decision beside a guard that the last read met; undefined where there is no guard (more.ts sets it). */
export const guarded = (): string | undefined => (guard ? plain : undefined);

/** The newest readable answers. A page may see two cookies of one name, of its own host and of a parent domain; where
 * both are of one decision, a refusal in either counts. One from the future comes from a clock that was wrong, or from
 * somebody else's hand: it would beat every true one. */
export function read(): Stored {
  let best: Stored =
    memory ||
    (app && !app['cookie']
      ? {
          ...nothing,
          answers: items.map(({ id, hash }) => ({
            id,
            hash,
            granted: given((app['answers'] || app) as Record<string, unknown>, id) === 'granted',
            day: (Date.now() / 864e5) | 0,
            gpc: false,
          })),
        }
      : nothing);
  guard = false;
  plain = '';
  for (const pair of (cookies() + ';nod=' + app?.['cookie']).split(/; */)) {
    const [, newer, value] = OWN.exec(pair) || [];
    const s = value && decodeCookie(value);
    if (s && timeOf(s.decision) <= Date.now() + 864e5) {
      if (newer) guard = true;
      else if (s.decision > plain) plain = s.decision;
      if (!best.decision || s.decision == best.decision) for (const a of best.answers) addAnswer(s.answers, a);
      if (s.decision >= best.decision) best = s; // version 7 UUIDs sort by time
    }
  }
  return HAS_EQUIVALENTS ? mapToCurrentHashes(config.form, best) : best;
}

export function write(s: Stored): void {
  memory = s;
  put(NAME, s);
}

export const put = (name: string, s: Stored): void =>
  setCookie(name + '=' + encodeCookie(s), config.days * 86400, config.domain);

export function setCookie(pair: string, maxAge: number, domain?: string, path = '/'): void {
  attempt(() => {
    const attributes =
      ';path=' +
      path +
      ';max-age=' +
      maxAge +
      (domain ? ';domain=' + domain : '') +
      ';samesite=lax' +
      (location.protocol == 'https:' ? ';secure' : '');
    Reflect.set(Document.prototype, 'cookie', pair + attributes, document); // dom.ts says why
  });
}

/** What localStorage holds under the same name. */
export interface Local {
  subject: string;
  secret: string;
  queue: Sent[];
  receipt: Receipt | undefined;
  seen?: string; // version whose news were looked at
}
export interface Sent {
  url: string;
  id: string;
  body: string;
  bearer: string;
}
export type Receipt = { record: { id: string; policy?: string; answers?: object } } & Record<string, unknown>;

let local: Local = { subject: '', secret: '', queue: [], receipt: undefined };
let full = false; // storage would not take the last write: what is in it is old

export function readLocal(): Local {
  return (!full && attempt(() => sound(parse(localStorage.getItem(NAME)!)))) || local; // JSON reads no entry as null
}

/** What can be used of what any script of the page may have written; who sends the queue looks into it. It throws where
 * that is nothing. */
function sound({ subject, secret, queue, receipt, seen }: Local): Local {
  const is = /^[\w-]{43}$/.test(secret);
  return {
    subject: is ? subject : '', // without the secret it is nobody's
    secret: is ? secret : '',
    queue: Array.isArray(queue) ? queue : [],
    receipt,
    ...(HAS_EQUIVALENTS && { seen }),
  };
}

export function writeLocal(l: Local): void {
  local = l;
  const set = (v: Local) => attempt(() => (localStorage.setItem(NAME, stringify(v)), true));
  full = !set(l) && !set({ ...l, receipt: undefined }); // a receipt can be fetched again, a decision can't
}
