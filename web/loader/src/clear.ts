// What a refused purpose kept in the browser is removed, as far as a page can reach: not HttpOnly cookies, nor those of
// other sites.
import type { Kept } from './config';
import type { Core } from './core';
import { cookies } from './dom';

const OWN = /^nod(-newer)?$/;

const covers = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name == pattern;

export function clear({ attempt, setCookie }: Core, kept: Kept[]): void {
  for (const k of kept) {
    const [area, name] = k.split(/:(.*)/s) as [string, string];
    if (area == 'cookie') {
      for (const pair of cookies().split(/; */)) {
        const found = pair.split('=')[0]!;
        if (found && !OWN.test(found) && covers(name, found)) expire(setCookie, found);
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
        for (const k of Object.keys(s)) if (k != 'nod' && covers(name, k)) s.removeItem(k);
      });
    }
  }
}

/** A cookie can be removed only with the domain and path it was set with, which no page can see: so all are tried. */
function expire(setCookie: Core['setCookie'], name: string): void {
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
