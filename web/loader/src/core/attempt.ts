/** Runs f; what it throws (blocked storage, mostly) counts as undefined. */
export function attempt<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return;
  }
}
