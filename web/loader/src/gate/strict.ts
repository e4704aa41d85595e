// Strict mode, for sites whose policy names every host and every entry in the browser's storage. Requests to other
// hosts are blocked, and other entries are not written.
import { attempt } from '../core/attempt';
import { config, type Item } from '../core/config';
import { getDocumentProperty } from '../core/dom';
import { items } from '../core/items';
import { findFirst } from '../core/list';
import { matchesPattern, OWN_NAMES } from '../storage/stored-names';
import { type AnyWindow, hookFunctions } from './hook';
import { type Block, isDeclared, isGranted, readHost } from './host-list';

const ownHosts = STRICT
  ? [readHost((getDocumentProperty('currentScript') as HTMLScriptElement | null)?.src), readHost(config.server)]
  : [];

/** Blocks a host that the policy does not name, unless it is the page's own, this script's or its server's. */
export function findOffSiteBlock(url: unknown): Block | undefined {
  const host = readHost(url);
  const isOffSite = host && host != location.hostname && !ownHosts.includes(host) && !isDeclared(host);
  return isOffSite ? { purpose: '', host } : undefined;
}

/** Whether an element is a link that only names an address, and the browser loads nothing from it. */
export const isNavigational = (e: Element, rel = (e as HTMLLinkElement).rel): boolean =>
  e.localName == 'link' && /^\s*(alternate|author|canonical|help|license|me|next|prev|search)\s*$/i.test(rel);

/** Blocks an entry. If it belongs to several purposes, one that is granted is enough to write it. */
function findEntryBlock(area: string, key: string): Block | undefined {
  const keepers = items.filter((i) => (i.kept || []).some((k) => matchesPattern(k, area + ':' + key)));
  if (OWN_NAMES.test(key) || keepers.some((i) => isGranted(i.id))) return;
  const [first] = keepers;
  const has = (p: Item): boolean => p == first || (p.services || []).includes(first!); // no list has undefined
  const purpose = findFirst(config.form.purposes, has);
  return { purpose: purpose ? purpose.id : '', ...(first && first != purpose && { service: first.id }), key };
}

/** Whether setting a cookie with these attributes removes it. Browsers differ about an attribute that is there twice,
 * so all of a kind have to say so. */
function isRemoval(pair: string): boolean {
  const list = (name: string): string[] =>
    pair
      .split(';')
      .slice(1)
      .map((a) => /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(a) || [])
      .filter(([, n]) => n && n.toLowerCase() == name)
      .map(([, , value]) => value || '');
  const ages = list('max-age');
  const dates = list('expires');
  if (ages[0] != undefined) return ages.every((a) => /^(-\d+|0+)$/.test(a));
  return dates.length > 0 && dates.every((d) => Date.parse(d) <= Date.now());
}

/** Hooks what writes into the browser's storage. A blocked writer sees what a browser shows that stores nothing. */
export function guardStorage(w: AnyWindow, report: (b: Block) => void): void {
  const canWrite = (area: string, key: unknown): boolean => {
    const b = findEntryBlock(area, key + '');
    if (b) report({ ...b, by: area });
    return !b;
  };
  const makeError = (): DOMException => new DOMException('The operation is insecure.', 'SecurityError');
  hookFunctions(w, 'Document', 'cookie', (args, callReal) => {
    const pair = args[0] + '';
    const [, name] = /^\s*([^=;]*?)\s*(?:[=;]|$)/.exec(pair)!; // every text fits the pattern
    if (isRemoval(pair) || canWrite('cookie', name)) callReal([pair]);
  });
  hookFunctions(w, 'Storage', 'setItem', (args, callReal, self) => {
    const isLocal = attempt(() => (self as unknown) == w.localStorage);
    if (canWrite(isLocal ? 'local' : 'session', args[0])) callReal(args);
  });
  hookFunctions(w, 'IDBFactory', 'open', (args, callReal) => {
    if (!canWrite('indexeddb', args[0])) throw makeError();
    return callReal(args);
  });
  hookFunctions(w, 'CacheStorage', 'open', (args, callReal) =>
    canWrite('cache', args[0]) ? callReal(args) : Promise.reject(makeError()),
  );
  hookFunctions(w, 'CookieStore', 'set', (args, callReal) => {
    const first = args[0] as { name?: unknown } | string;
    const name = typeof first == 'object' && first ? first.name : first;
    return canWrite('cookie', name) ? callReal(args) : Promise.reject(makeError());
  });
}
