// Removes what refused purposes stored in the browser, as far as a page can: not HttpOnly cookies, nor those of other
// sites. In strict mode, it also removes what belongs to no purpose.
import { attempt } from '../core/attempt';
import type { StoragePattern } from '../core/config';
import type { Core } from '../core/core';
import { readCookies } from '../core/dom';
import { listItems } from '../core/rules';
import { matchesPattern, OWN_NAMES } from '../storage/stored-names';

/** Whether an entry of an area has to go. */
type Check = (area: string, name: string) => boolean;

/** Removes what these patterns match, and reports the cookies that remain. */
export function clearStorage(core: Core, patterns: StoragePattern[]): void {
  const { strict } = core.config;
  const items = listItems(core.config.form);
  const mustGo: Check = (area, name) => {
    const matches = (k: StoragePattern): boolean => matchesPattern(k, area + ':' + name);
    const keepers = items.filter((i) => (i.kept || []).some(matches));
    const isRefused = patterns.some(matches) || (!!strict && !keepers.length);
    return isRefused && !keepers.some((i) => core.isGranted(i.id));
  };
  const has = (area: string): boolean => !!strict || patterns.some((k) => k.startsWith(area));
  clearCookies(core, mustGo);
  clearWebStorage(mustGo);
  if (has('indexeddb')) attempt(() => clearDatabases(patterns, mustGo));
  if (has('cache')) attempt(() => clearCaches(mustGo));
}

function clearCookies(core: Core, mustGo: Check): void {
  const list = (): string[] => listForeignCookies().filter((name) => mustGo('cookie', name));
  for (const name of list()) expireCookie(core.setCookie, name);
  for (const name of list()) {
    const stores = (k: StoragePattern): boolean => matchesPattern(k, 'cookie:' + name);
    const owner = listItems(core.config.form).find((i) => (i.kept || []).some(stores));
    core.queueEvent('leak', { purpose: owner ? owner.id : '', key: name, by: 'cookie' });
  }
}

const listForeignCookies = (): string[] =>
  readCookies()
    .split(/; */)
    .map((pair) => pair.split('=')[0] || '')
    .filter((name) => name && !OWN_NAMES.test(name));

/** Expires a cookie. That needs the domain and path that it was set with, which no page can see: so all are tried, also
 * domains above a public suffix, which the browser refuses. */
function expireCookie(setCookie: Core['setCookie'], name: string): void {
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

function clearWebStorage(mustGo: Check): void {
  for (const area of ['local', 'session'])
    attempt(() => {
      const s = area == 'local' ? localStorage : sessionStorage;
      for (const key of Object.keys(s)) if (!OWN_NAMES.test(key) && mustGo(area, key)) s.removeItem(key);
    });
}

function clearDatabases(patterns: StoragePattern[], mustGo: Check): void {
  const remove = (name: string): unknown => mustGo('indexeddb', name) && indexedDB.deleteDatabase(name);
  // Old browsers can't list databases. Exact names work there, too.
  for (const k of patterns) if (/^indexeddb:.*[^*]$/.test(k)) remove(k.slice('indexeddb:'.length));
  indexedDB.databases().then(
    (all) => all.forEach((d) => remove(d.name!)), // each has a name, perhaps an empty one
    () => {},
  );
}

function clearCaches(mustGo: Check): void {
  caches.keys().then(
    (all) => all.forEach((key) => mustGo('cache', key) && caches.delete(key)),
    () => {},
  );
}
