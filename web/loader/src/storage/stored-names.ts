// Names of cookies and of entries in the browser's storage.

/** Our own, which nothing removes or blocks. */
export const OWN_NAMES = /^nod(-newer)?$/;

/** Whether a name matches the pattern, which is exact or ends in "*". */
export const matchesPattern = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name == pattern;
