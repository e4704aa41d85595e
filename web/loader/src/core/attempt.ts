/** Runs f, and returns undefined if it throws. Usually that is blocked storage. */
export function attempt<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return;
  }
}
