// What arrays and objects of the oldest supported browsers do not have, and what a page may have replaced: neither a
// refusal nor a check may depend on a library that extends arrays badly.

/** The lists that f makes of the members, one after the other. */
export function flatMap<T, U>(list: T[], f: (member: T) => U[]): U[] {
  const all: U[] = [];
  for (const member of list) all.push(...f(member));
  return all;
}

/** The first member that f is true of. Members are objects: a member such as '' would look like none. */
export function findFirst<T extends object>(list: Iterable<T>, f: (member: T) => unknown): T | undefined {
  for (const member of list) if (f(member)) return member;
  return;
}

const { split } = String.prototype;

/** The parts of a text. */
export const splitAt = (text: string, separator: string | RegExp): string[] => split.call(text, separator as never);

/** The object with these keys and values. */
export function makeObject<T>(entries: [string, T][]): Record<string, T> {
  const made: Record<string, T> = {};
  for (const [key, value] of entries) made[key] = value;
  return made;
}
