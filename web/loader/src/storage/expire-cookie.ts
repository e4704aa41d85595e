// Removes cookies.
import { setCookie } from '../core/dom';

/** Expires a cookie of the path, for each domain that it may have been set with, which no page can see. The browser
 * refuses domains above a public suffix. A partitioned cookie may have the same name. */
export function expireCookie(name: string, path = '/'): void {
  let domain = '';
  for (const label of [''].concat(location.hostname.split('.').reverse())) {
    domain = label && label + (domain && '.' + domain);
    for (const kind of ['', ';samesite=none;secure', ';samesite=none;secure;partitioned'])
      setCookie(name + '=', 0, ';path=' + path + kind, domain);
  }
}
