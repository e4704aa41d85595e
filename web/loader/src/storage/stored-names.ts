// Names of cookies and of entries in the browser's storage.
import { readCookies } from '../core/dom';

/** Our own, which nothing removes or blocks. */
export const OWN_NAMES = /^nod(-newer)?$/;

/** Whether a name matches the pattern, which is exact or ends in "*". */
export const matchesPattern = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name == pattern;

/** The names of the cookies that the page sees, without our own. */
export const listForeignCookies = (): string[] =>
  readCookies()
    .split(/; */)
    .map((pair) => pair.split('=')[0] || '')
    .filter((name) => name && !OWN_NAMES.test(name));
