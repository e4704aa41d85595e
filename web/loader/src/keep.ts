// Where the browser keeps the answers: the cookie, and beside it in localStorage what only this browser needs (the
// subject's secret, what the server has not confirmed yet, the last receipt). Every access may be refused by the
// browser; then the choice holds for as long as the page is open.
import { config, Kept } from './config';
import { dayOf, timeOf } from './bytes';
import { decodeCookie, encodeCookie, nothing, Stored } from './rules';

const NAME = 'nod';
const GUARD = 'nod-newer';
const OWN = /^(nod(-newer)?)=(.*)/;

/** Runs f; what it throws (blocked storage, mostly) counts as undefined. */
export function attempt<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return;
  }
}

let memory: Stored | undefined; // for browsers that keep no cookie
let guarded = false; // the last read met a guard
let plain = ''; // and this as the newest decision beside it

/** The newest readable answers. A page may see two cookies of one name, of its own host and of a parent domain. One
 * from the future comes from a clock that was wrong, or from somebody else's hand: it would beat every true one. */
export function read(): Stored {
  let best = memory || nothing;
  guarded = false;
  plain = '';
  for (const pair of (attempt(() => document.cookie) || '').split(/; */)) {
    const [, , guard, value] = OWN.exec(pair) || [];
    const s = value && decodeCookie(value);
    if (s && dayOf(s.decision) <= Date.now() / 864e5 + 1) {
      if (guard) guarded = true;
      else if (s.decision > plain) plain = s.decision;
      if (s.decision >= best.decision) best = s; // version 7 UUIDs sort by time
    }
  }
  return best;
}

export function write(s: Stored): void {
  memory = undefined;
  put(NAME, s);
  if (read().decision != s.decision) memory = s;
}

/** Writes s a second time beside the cookie, where no answer of the server reaches it: one with an older cookie may be
 * on its way into the browser, and nothing can call it back there. */
export function guard(s: Stored): void {
  put(GUARD, s);
}

/** Brings the cookie up to date with its guard, and takes away a guard that has seen its answer go by. */
export function mend(): void {
  const s = read();
  if (!guarded) return;
  if (plain < s.decision) write(s);
  else if (timeOf(s.decision) < Date.now() - 6e4) setCookie(GUARD + '=', 0, config.cookie.domain);
}

const put = (name: string, s: Stored): void => setCookie(name + '=' + encodeCookie(s), config.cookie.days * 86400, config.cookie.domain);

function setCookie(pair: string, maxAge: number, domain?: string, path = '/'): void {
  attempt(() => {
    document.cookie =
      pair + ';path=' + path + ';max-age=' + maxAge + (domain ? ';domain=' + domain : '') +
      ';samesite=lax' + (location.protocol == 'https:' ? ';secure' : '');
  });
}

/** What localStorage holds under the same name. */
export interface Local {
  subject: string;
  secret: string;
  queue: Sent[];
  receipt?: Receipt;
}
export interface Sent { url: string; id: string; body: string; bearer: string }
export type Receipt = { record: { id: string } } & Record<string, unknown>;

let local: Local = { subject: '', secret: '', queue: [] };
let full = false; // storage would not take the last write: what is in it is old

export function readLocal(): Local {
  return (!full && attempt(() => {
    const l = JSON.parse(localStorage.getItem(NAME)!) as Local;
    return Array.isArray(l.queue) && typeof l.secret == 'string' ? l : undefined;
  })) || local;
}

export function writeLocal(l: Local): void {
  local = l;
  const set = (v: Local) => attempt(() => (localStorage.setItem(NAME, JSON.stringify(v)), true));
  full = !set(l) && !set({ ...l, receipt: undefined }); // a receipt can be fetched again, a decision can't
}

const covers = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name == pattern;

/** Removes what a refused purpose kept, as far as a page can reach: not HttpOnly cookies, nor other sites'. */
export function clear(kept: Kept[]): void {
  for (const k of kept) {
    const [area, name] = k.split(/:(.*)/s) as [string, string];
    if (area == 'cookie') {
      for (const pair of (attempt(() => document.cookie) || '').split(/; */)) {
        const found = pair.split('=')[0]!;
        if (found && !OWN.test(pair) && covers(name, found)) expire(found);
      }
    } else if (area == 'indexeddb') {
      attempt(() => {
        if (!name.endsWith('*')) indexedDB.deleteDatabase(name);
        else indexedDB.databases().then((all) => all.forEach((d) => covers(name, d.name!) && indexedDB.deleteDatabase(d.name!)), () => {});
      });
    } else if (area == 'cache') {
      attempt(() => caches.keys().then((all) => all.forEach((k) => covers(name, k) && caches.delete(k)), () => {}));
    } else {
      attempt(() => {
        const s = area == 'local' ? localStorage : sessionStorage;
        for (const k of Object.keys(s)) if (k != NAME && covers(name, k)) s.removeItem(k);
      });
    }
  }
}

/** A cookie can be removed only with the domain and path it was set with, which no page can see: so all are tried. */
function expire(name: string): void {
  const labels = location.hostname.split('.');
  const steps = location.pathname.split('/');
  for (let p = 0; p <= steps.length; p++) {
    const path = steps.slice(0, p).join('/') || '/';
    for (const at of path == '/' ? ['/'] : [path, path + '/']) {
      setCookie(name + '=', 0, undefined, at);
      for (let d = 0; d < labels.length; d++) setCookie(name + '=', 0, labels.slice(d).join('.'), at);
    }
  }
}
