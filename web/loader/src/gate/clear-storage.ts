// Removes what refused purposes stored in the browser, as far as a page can: not HttpOnly cookies, nor those of other
// sites. In strict mode, it also removes what belongs to no purpose.
import { attempt } from '../core/attempt';
import type { StoragePattern } from '../core/config';
import type { Core } from '../core/core';
import { findFirst, flatMap } from '../core/list';
import { listItems } from '../core/evaluate';
import { expireCookie } from '../storage/expire-cookie';
import { listForeignCookies, matchesPattern, OWN_NAMES } from '../storage/stored-names';

/** Whether an entry of an area has to go. */
type Check = Core['hasToGo'];

/** Removes what refused purposes stored, and reports the cookies that remain. */
export function clearStorage({ config, hasToGo, isGranted, queueEvent }: Core): void {
  const items = listItems(config.form);
  const patterns = flatMap(items, (i) => (!isGranted(i.id) && i.kept) || []);
  const has = (area: string): boolean => !!config.strict || patterns.some((k) => k.startsWith(area));
  const listCookies = (): string[] => listForeignCookies().filter((name) => hasToGo('cookie', name));
  for (const name of listCookies()) for (const path of listPaths()) expireCookie(name, path);
  for (const name of listCookies()) {
    const stores = (k: StoragePattern): boolean => matchesPattern(k, 'cookie:' + name);
    const owner = findFirst(items, (i) => (i.kept || []).some(stores));
    queueEvent('leak', { purpose: owner ? owner.id : '', key: name, by: 'cookie' });
  }
  clearWebStorage(hasToGo);
  if (has('indexeddb')) attempt(() => clearDatabases(patterns, hasToGo));
  if (has('cache')) attempt(() => clearCaches(hasToGo));
}

/** The paths that a cookie of this page may have. */
function listPaths(): string[] {
  const steps = location.pathname.split('/');
  return flatMap(['', '/'], (end) => steps.map((_, i) => steps.slice(0, i + 1).join('/') + end));
}

function clearWebStorage(hasToGo: Check): void {
  for (const area of ['local', 'session'])
    attempt(() => {
      const s = area == 'local' ? localStorage : sessionStorage;
      for (const key of Object.keys(s)) if (!OWN_NAMES.test(key) && hasToGo(area, key)) s.removeItem(key);
    });
}

function clearDatabases(patterns: StoragePattern[], hasToGo: Check): void {
  const remove = (name: string): unknown => hasToGo('indexeddb', name) && indexedDB.deleteDatabase(name);
  // Old browsers can't list databases. Exact names work there, too.
  for (const k of patterns) if (/^indexeddb:.*[^*]$/.test(k)) remove(k.slice('indexeddb:'.length));
  indexedDB.databases().then(
    (all) => all.forEach((d) => remove(d.name!)), // each has a name, perhaps an empty one
    () => {},
  );
}

function clearCaches(hasToGo: Check): void {
  caches.keys().then(
    (all) => all.forEach((key) => hasToGo('cache', key) && caches.delete(key)),
    () => {},
  );
}
