// Where the browser stores the answers: the cookie, and beside it localStorage, for what only this browser needs (the
// subject's secret, decisions that the server has not confirmed, the last receipt). The browser may refuse every
// access; then a decision holds as long as the page is open.
import { attempt } from '../core/attempt';
import { config } from '../core/config';
import type { LocalData } from '../core/core';
import { readCookies } from '../core/dom';
import { items } from '../core/items';
import { parse, stringify } from '../core/json';
import { findFirst, splitAt } from '../core/list';
import { addAnswer, getOwn, mapToCurrentHashes, NOTHING_STORED, Stored } from '../core/evaluate';
import { getTime } from '../core/uuid';
import { decodeCookie } from './cookie';
import { writeCookie } from './write-cookie';

const STORAGE_NAME = 'nod';
const OWN_COOKIE = /^nod(?:-newer)?=(.*)/; // with its guard, which more.ts sets

/** What an app set at document start (window.nodExternal): it has decided already. It is the cookie of an earlier
 * decision here, or answers; a purpose that they don't name is refused. Only document start counts, because later any
 * script may set an object of that name. An element or a frame of that name is not among the window's own properties
 * (HTML, 7.2.2.3), and a copy as JSON is plain data. */
export const external = attempt(
  () => parse(stringify(getOwn(window as never, 'nodExternal') || 0)) as Record<string, unknown> | 0,
);

let lastWritten: Stored | undefined; // for browsers that store no cookie

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

/** Whether a cookie is not from the future, with a day of tolerance. Such a one comes from a wrong clock or was forged,
 * and it would win against every real one. */
const isPast = (s: Stored): boolean => getTime(s.decision) <= Date.now() + 864e5;

/** The newest readable answers. A page may see two cookies of one name, from its own host and from a parent domain. If
 * both are of the same decision, a refusal in either counts. */
export function readStored(): Stored {
  let best = lastWritten || (external && !external['cookie'] ? readExternalAnswers(external) : NOTHING_STORED);
  const fromApp = 'nod=' + (external && external['cookie']);
  for (const pair of [...splitAt(readCookies(), /; */), fromApp]) {
    const s = decodeCookie((OWN_COOKIE.exec(pair) || '')[1] || '');
    if (s && isPast(s)) {
      if (pair != fromApp) denyRefused(s);
      if (!best.decision || s.decision == best.decision) for (const a of best.answers) addAnswer(s.answers, a);
      if (s.decision >= best.decision) best = s; // version 7 UUIDs sort by time
    }
  }
  return HAS_EQUIVALENTS ? mapToCurrentHashes(config.form, best) : best;
}

/** The answers that were given on this origin, if a page did not replace them by something else. */
const readOwnAnswers = (): Stored | undefined => attempt(() => decodeCookie(readLocal().cookie || ''));

/** Takes refusals from localStorage for a page without a decision, and returns them. The cookie may be gone: a page
 * with many cookies pushes it out, and some pages remove all when a visitor logs out. Never grants: the person who
 * removed them may have meant that. */
export function recoverRefusals(): Stored | undefined {
  const s = !external && readOwnAnswers();
  if (s && isPast(s)) lastWritten = { ...s, answers: s.answers.filter((a) => !a.granted) };
  return lastWritten;
}

/** Without a domain, each origin has its own answers, but a page of a neighbouring host can set a cookie for both. So a
 * cookie of another subject grants nothing that was refused here. */
function denyRefused(s: Stored): void {
  if (config.domain || !findFirst(s.answers, (a) => a.granted)) return; // localStorage is slow at first
  const own = readOwnAnswers();
  if (own && own.subject != s.subject) for (const a of own.answers) if (!a.granted) addAnswer(s.answers, a);
}

export function writeStored(s: Stored): void {
  lastWritten = s;
  writeCookie(config, STORAGE_NAME, s);
}

let lastLocal: LocalData = { subject: '', secret: '', queue: [] };
let isFull = false; // storage refused the last write, so what it holds is old

export function readLocal(): LocalData {
  return (!isFull && attempt(() => validateLocal(parse(localStorage.getItem(STORAGE_NAME) || '0')))) || lastLocal;
}

/** The usable part of an entry that any script of the page may have written. The sender checks the queue. */
function validateLocal(l: LocalData | 0): LocalData | 0 {
  const isSecret = l && /^[\w-]{43}$/.test(l.secret);
  return (
    l && {
      ...l,
      subject: isSecret ? l.subject : '', // without the secret, nobody can act for the subject
      secret: isSecret ? l.secret : '',
      queue: Array.isArray(l.queue) ? l.queue : [],
    }
  );
}

export function writeLocal(l: LocalData): void {
  lastLocal = l;
  const set = (v: LocalData) => attempt(() => (localStorage.setItem(STORAGE_NAME, stringify(v)), true));
  isFull = !set(l) && !set({ ...l, receipt: undefined }); // a receipt can be fetched again, a decision can't
}
