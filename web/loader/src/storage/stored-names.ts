// Names of cookies and entries.

/** Our own, which nothing removes. */
export const OWN_NAMES = /^nod(-newer)?$/;

/** Whether a name is the pattern, which is exact or ends in "*". */
export const matchesPattern = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name == pattern;
