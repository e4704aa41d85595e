// As much of Node as the tests use.
declare module 'node:test' {
  interface Timers {
    enable(options: { apis: ('setTimeout' | 'setInterval' | 'Date')[]; now?: number }): void;
    tick(ms: number): void;
    reset(): void;
  }
  interface Mock {
    method(object: object, name: string, f: (...args: never[]) => unknown): { mock: { calls: { arguments: unknown[] }[] } };
    reset(): void;
    restoreAll(): void;
    timers: Timers;
  }
  export const mock: Mock;
  export function test(name: string, f: () => void | Promise<void>): void;
  export function beforeEach(f: () => void | Promise<void>): void;
  export function afterEach(f: () => void | Promise<void>): void;
}
declare module 'node:assert/strict' {
  const assert: {
    ok(value: unknown, message?: string): asserts value;
    equal(got: unknown, want: unknown, message?: string): void;
    deepEqual(got: unknown, want: unknown, message?: string): void;
    rejects(promise: Promise<unknown>, error: RegExp | { name: string }): Promise<void>;
  };
  export default assert;
}
declare module 'node:fs' {
  export function readFileSync(path: string, encoding: 'utf8'): string;
}
declare const process: { env: Record<string, string | undefined> };
declare function setImmediate(f: () => void): void;
