// Where the browser stores the answers: the cookie, and beside it localStorage, for what only this browser needs (the
// subject's secret, decisions that the server has not confirmed, the last receipt). The browser may refuse every
// access; then a decision holds as long as the page is open.
import { attempt } from '../core/attempt';
import { config, items } from '../core/config';
import type { LocalData } from '../core/core';
import { readCookies } from '../core/dom';
import { addAnswer, getOwn, mapToCurrentHashes, NOTHING_STORED, Stored } from '../core/rules';
import { getTime } from '../core/uuid';
import { decodeCookie, encodeCookie } from './cookie';

const STORAGE_NAME = 'nod';
const OWN_COOKIE = /^nod(-newer)?=(.*)/;

export const { parse, stringify } = JSON; // a page may replace them later

/** What an app set at document start (window.nodExternal): it has decided already. It is the cookie of an earlier
 * decision here, or answers; a purpose that they don't name is refused. Only document start counts, because later any
 * script may set an object of that name. An element or a frame of that name is not among the window's own properties
 * (HTML, 7.2.2.3), and a copy as JSON is plain data. */
export const external = attempt(
  () => parse(stringify(getOwn(window as never, 'nodExternal'))) as Record<string, unknown>,
);

let lastWritten: Stored | undefined; // for browsers that store no cookie
let hasGuard = false; // the last read found a guard cookie
let besideGuard = ''; // and this was the newest decision beside it

/** The newest decision that the last read found beside a guard cookie; undefined without a guard. more.ts sets the
 * guard. */
export const getGuardedDecision = (): string | undefined => (hasGuard ? besideGuard : undefined);

/** The answers that the app gave without a cookie. */
function readExternalAnswers(app: Record<string, unknown>): Stored {
  const answers = (app['answers'] || app) as Record<string, unknown>;
  return {
    ...NOTHING_STORED,
    answers: items.map(({ id, hash }) => ({
      id,
      hash,
      granted: getOwn(answers, id) === 'granted',
      day: (Date.now() / 864e5) | 0,
      gpc: false,
    })),
  };
}

/** The newest readable answers. A page may see two cookies of one name, from its own host and from a parent domain. If
 * both are of the same decision, a refusal in either counts. A cookie from the future comes from a wrong clock or was
 * forged. It is ignored (after a day of tolerance): it would win against every real one. */
export function readStored(): Stored {
  let best = lastWritten || (external && !external['cookie'] ? readExternalAnswers(external) : NOTHING_STORED);
  hasGuard = false;
  besideGuard = '';
  for (const pair of (readCookies() + ';nod=' + external?.['cookie']).split(/; */)) {
    const [, newer, value] = OWN_COOKIE.exec(pair) || [];
    const s = value && decodeCookie(value);
    if (s && getTime(s.decision) <= Date.now() + 864e5) {
      if (newer) hasGuard = true;
      else if (s.decision > besideGuard) besideGuard = s.decision;
      if (!best.decision || s.decision == best.decision) for (const a of best.answers) addAnswer(s.answers, a);
      if (s.decision >= best.decision) best = s; // version 7 UUIDs sort by time
    }
  }
  return HAS_EQUIVALENTS ? mapToCurrentHashes(config.form, best) : best;
}

export function writeStored(s: Stored): void {
  lastWritten = s;
  writeCookie(STORAGE_NAME, s);
}

export const writeCookie = (name: string, s: Stored): void =>
  setCookie(name + '=' + encodeCookie(s), config.days * 86400, config.domain);

export function setCookie(pair: string, maxAge: number, domain?: string, path = '/'): void {
  attempt(() => {
    const scope = ';path=' + path + ';max-age=' + maxAge + (domain ? ';domain=' + domain : '');
    const attributes = scope + ';samesite=lax' + (location.protocol == 'https:' ? ';secure' : '');
    Reflect.set(Document.prototype, 'cookie', pair + attributes, document); // dom.ts says why
  });
}

let lastLocal: LocalData = { subject: '', secret: '', queue: [], receipt: undefined };
let isFull = false; // storage refused the last write, so what it holds is old

export function readLocal(): LocalData {
  // Without an entry, JSON reads null, and validateLocal throws.
  return (!isFull && attempt(() => validateLocal(parse(localStorage.getItem(STORAGE_NAME)!)))) || lastLocal;
}

/** The usable part of an entry that any script of the page may have written. The sender checks the queue. It throws if
 * nothing is usable. */
function validateLocal({ subject, secret, queue, receipt, seen }: LocalData): LocalData {
  const isSecret = /^[\w-]{43}$/.test(secret);
  return {
    subject: isSecret ? subject : '', // without the secret, nobody can act for the subject
    secret: isSecret ? secret : '',
    queue: Array.isArray(queue) ? queue : [],
    receipt,
    ...(HAS_EQUIVALENTS && { seen }),
  };
}

export function writeLocal(l: LocalData): void {
  lastLocal = l;
  const set = (v: LocalData) => attempt(() => (localStorage.setItem(STORAGE_NAME, stringify(v)), true));
  isFull = !set(l) && !set({ ...l, receipt: undefined }); // a receipt can be fetched again, a decision can't
}
