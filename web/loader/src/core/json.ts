// JSON as the standard has it. A page may replace these functions later, and old libraries add a toJSON to every array.

export const { parse, stringify: write } = JSON;

/** The value as JSON. It reads each member past its toJSON. */
export const stringify = (v: unknown): string =>
  write(v, function (this: Record<string, unknown>, key: string) {
    return this[key];
  });
