// Strict mode, for sites that name every host and every entry in their policy: what it does not name is not asked for and
// not kept.
import { config, items } from '../core/config';
import { getDocumentProperty } from '../core/dom';
import { isDeclared, isGranted, readHost, Block } from './host-list';
import { attempt } from '../core/attempt';
import { matchesPattern, OWN_NAMES } from '../storage/stored-names';
import type { Hook } from './call-hooks';

const ownHosts = STRICT
  ? [readHost((getDocumentProperty('currentScript') as HTMLScriptElement | null)?.src), readHost(config.server)]
  : [];

/** Keeps a request from a host that is neither the page's own, nor this script's and its server's, nor named. */
export function findOffSiteBlock(url: unknown): Block | undefined {
  const host = readHost(url);
  return host && host != location.hostname && !ownHosts.includes(host) && !isDeclared(host)
    ? { purpose: '', host }
    : undefined;
}

/** Whether a link of this kind only says where something is, and has nothing fetched. */
export const isNavigationalRel = (rel = ''): boolean =>
  /^(alternate|author|canonical|help|license|me|next|prev|search)$/i.test(rel.trim());

/** What keeps an entry from being written. An entry of several purposes may be written for any that is granted. */
function findEntryBlock(area: string, key: string): Block | undefined {
  const of = items.filter((i) => (i.kept || []).some((k) => matchesPattern(k, area + ':' + key)));
  if (OWN_NAMES.test(key) || of.some((i) => isGranted(i.id))) return;
  const [first] = of;
  const purpose = config.form.purposes.find((p) => p == first || (p.services || []).includes(first!)); // none is nothing's service
  return { purpose: purpose ? purpose.id : '', ...(first && first != purpose && { service: first.id }), key };
}

/** Hooks what writes into the browser's stores. Whoever writes sees what a browser shows that keeps nothing. */
export function guardStorage(
  w: Window,
  hook: (classes: string, names: string, way: Hook) => void,
  report: (s: Block) => void,
): void {
  const keep = (area: string, key: unknown): boolean => {
    const s = findEntryBlock(area, key + '');
    if (s) report({ ...s, by: area });
    return !s;
  };
  const gone = (pair: string): boolean => {
    const [, age] = /;\s*max-age=\s*(-?\d+)/i.exec(pair) || [];
    const [, date] = /;\s*expires=([^;]*)/i.exec(pair) || [];
    return age ? +age <= 0 : Date.parse(date || '') <= Date.now();
  };
  const refuse = (): DOMException => new DOMException('The operation is insecure.', 'SecurityError');
  hook('Document', 'cookie', (args, go) => {
    const pair = args[0] + '';
    if (gone(pair) || keep('cookie', /^\s*([^=;]*?)\s*(?:[=;]|$)/.exec(pair)![1])) go([pair]); // every text fits the pattern
  });
  hook('Storage', 'setItem', (args, go, self) => {
    const local = attempt(() => (self as unknown) == w.localStorage);
    if (keep(local ? 'local' : 'session', args[0])) go(args);
  });
  hook('IDBFactory', 'open', (args, go) => {
    if (!keep('indexeddb', args[0])) throw refuse();
    return go(args);
  });
  hook('CacheStorage', 'open', (args, go) => (keep('cache', args[0]) ? go(args) : Promise.reject(refuse())));
  hook('CookieStore', 'set', (args, go) => {
    const first = args[0] as { name?: unknown } | string;
    return keep('cookie', typeof first == 'object' && first ? first.name : first) ? go(args) : Promise.reject(refuse());
  });
}
