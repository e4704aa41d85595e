// Writes the cookie where consent.js could not.
//
//     the site's domain         usual; consent.js writes it. It does not cover every page that has the tag
//     this host alone           where the domain does not cover the page
//     a frame of another site   browsers take only a cookie for this pair of sites, which is partitioned
import type { Core } from '../core/core';
import { readCookies, setCookie } from '../core/dom';
import type { Stored } from '../core/evaluate';
import { encodeCookie } from './cookie';

const PARTITIONED = ';samesite=none;secure;partitioned';

type CookieCore = Pick<Core, 'config'>;

/** Writes the answers as usual, under this name. */
export function writeCookie({ config }: CookieCore, name: string, stored: Stored): void {
  setCookie(name + '=' + encodeCookie(stored), config.days * 86400, ';samesite=lax', config.domain);
}

/** Makes sure that the next page finds these answers. */
export function ensureCookie(core: CookieCore, stored: Stored): void {
  const { domain, days } = core.config;
  const pair = 'nod=' + encodeCookie(stored);
  const isWritten = (): boolean => readCookies().includes(pair);
  if (!stored.decision || isWritten()) return;
  writeCookie(core, 'nod', stored); // the server may have written an older one meanwhile
  if (isWritten()) return;
  const write = (attributes: string, scope?: string): boolean => {
    setCookie(pair, days * 86400, attributes, scope);
    return isWritten();
  };
  const isForHost = write(';samesite=lax') || (!write(PARTITIONED, domain) && write(PARTITIONED));
  if (domain && isForHost)
    console.warn(`nod: cookie.domain ${domain} does not cover ${location.origin}, so the choice holds on this host.`);
}
