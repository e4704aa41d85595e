// Writes the cookie where consent.js could not.
//
//     the site's domain       usual; consent.js writes it. It does not cover every page that has the tag
//     this host alone         where the domain does not cover the page
//     a frame of another site browsers take only a cookie for this pair of sites, which is partitioned
import type { Core } from '../core/core';
import { readCookies } from '../core/dom';
import { encodeCookie } from './cookie';

const PARTITIONED = ';samesite=none;secure;partitioned';

/** Makes sure that the page finds its last decision again. */
export function ensureCookie({ config, getStored, setCookie, writeCookie }: Core): void {
  const { domain, days } = config;
  const pair = 'nod=' + encodeCookie(getStored());
  const isWritten = (): boolean => readCookies().includes(pair);
  if (!getStored().decision || isWritten()) return;
  writeCookie('nod', getStored()); // the server may have written an older one meanwhile
  if (isWritten()) return;
  const write = (attributes: string, scope?: string): boolean => {
    setCookie(pair, days * 86400, attributes, scope);
    return isWritten();
  };
  const isForHost = write(';samesite=lax') || (!write(PARTITIONED, domain) && write(PARTITIONED));
  if (domain && isForHost)
    console.warn(`nod: cookie.domain ${domain} does not cover ${location.origin}, so the choice holds on this host.`);
}
