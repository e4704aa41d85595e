// What a refused purpose kept in the browser is removed, as far as a page can reach: not HttpOnly cookies, nor those of
// other sites. In strict mode, so is what no purpose keeps.
import { attempt } from '../core/attempt';
import { listItems } from '../core/rules';
import type { StoragePattern } from '../core/config';
import type { Core } from '../core/core';
import { readCookies } from '../core/dom';
import { matchesPattern, OWN_NAMES } from '../storage/stored-names';

const listForeignCookies = (): string[] =>
  readCookies()
    .split(/; */)
    .map((pair) => pair.split('=')[0]!) // a split gives one text at least
    .filter((name) => name && !OWN_NAMES.test(name));

/** Removes it, and tells of the cookies that are still there. */
export function clearStorage(core: Core, kept: StoragePattern[]): void {
  const { config, setCookie, queueEvent } = core;
  const items = listItems(config.form);
  /** Whether what has this name is to go. */
  const goes = (area: string, name: string): boolean => {
    const is = (k: StoragePattern): boolean => matchesPattern(k, area + ':' + name);
    const keepers = items.filter((i) => (i.kept || []).some(is));
    return !keepers.some((i) => core.isGranted(i.id)) && (kept.some(is) || (!!config.strict && !keepers.length));
  };
  const cookiesThatGo = (): string[] => listForeignCookies().filter((name) => goes('cookie', name));

  for (const name of cookiesThatGo()) expireCookie(setCookie, name);
  for (const name of cookiesThatGo()) {
    const purpose = items.find((i) => (i.kept || []).some((k) => matchesPattern(k, 'cookie:' + name)));
    queueEvent('leak', { purpose: purpose ? purpose.id : '', key: name, by: 'cookie' });
  }
  for (const area of ['local', 'session'])
    attempt(() => {
      const s = area == 'local' ? localStorage : sessionStorage;
      for (const key of Object.keys(s)) if (!OWN_NAMES.test(key) && goes(area, key)) s.removeItem(key);
    });
  const has = (area: string): boolean => !!config.strict || kept.some((k) => k.startsWith(area));
  if (has('indexeddb'))
    attempt(() => {
      for (const k of kept)
        if (/^indexeddb:.*[^*]$/.test(k) && goes('indexeddb', k.slice(10))) indexedDB.deleteDatabase(k.slice(10)); // old browsers list none
      // Each database has a name, an empty one perhaps.
      indexedDB.databases().then(
        (all) => all.forEach((d) => goes('indexeddb', d.name!) && indexedDB.deleteDatabase(d.name!)),
        () => {},
      );
    });
  if (has('cache'))
    attempt(() =>
      caches.keys().then(
        (all) => all.forEach((key) => goes('cache', key) && caches.delete(key)),
        () => {},
      ),
    );
}

/** A cookie can be removed only with the domain and path it was set with, which no page can see: so all are tried, those
 * above a public suffix too (the browser refuses them). */
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
