// Writes the cookie, and finds a scope for it where the usual one does not work.
//
//     the site's domain         usual; it does not cover every page that has the tag
//     this host alone           where the domain does not cover the page
//     a frame of another site   browsers take only a cookie for this pair of sites, which is partitioned
import type { Config } from '../core/config';
import { readCookies, setCookie } from '../core/dom';
import type { Stored } from '../core/evaluate';
import { encodeCookie } from './cookie';

const PARTITIONED = ';samesite=none;secure;partitioned';

type CookieConfig = Pick<Config, 'domain' | 'days'>;

/** Writes the answers as usual, under this name. */
export const writeCookie = ({ domain, days }: CookieConfig, name: string, stored: Stored): unknown =>
  setCookie(name + '=' + encodeCookie(stored), days * 86400, ';samesite=lax', domain);

/** Makes sure that the next page finds these answers. */
export function ensureCookie(config: CookieConfig, stored: Stored): void {
  const { domain, days } = config;
  const pair = 'nod=' + encodeCookie(stored);
  const isWritten = (): boolean => readCookies().includes(pair);
  if (!stored.decision || isWritten()) return;
  writeCookie(config, 'nod', stored); // the server may have written an older one meanwhile
  if (isWritten()) return;
  const write = (attributes: string, scope?: string): boolean => {
    setCookie(pair, days * 86400, attributes, scope);
    return isWritten();
  };
  const isForHost = write(';samesite=lax') || (!write(PARTITIONED, domain) && write(PARTITIONED));
  if (domain && isForHost)
    console.warn(`nod: cookie.domain ${domain} does not cover ${location.origin}, so the choice holds on this host.`);
}
