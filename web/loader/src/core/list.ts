// What arrays and objects of the oldest supported browsers do not have.

/** The lists that f makes of the members, one after the other. */
export const flatMap = <T, U>(list: T[], f: (member: T) => U[]): U[] => ([] as U[]).concat(...list.map(f));

/** The object with these keys and values. */
export function makeObject<T>(entries: [string, T][]): Record<string, T> {
  const made: Record<string, T> = {};
  for (const [key, value] of entries) made[key] = value;
  return made;
}
