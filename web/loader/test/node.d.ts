// As much of Node and of fake-timers as the tests use.
declare module 'node:test' {
  interface Mock {
    method(
      object: object,
      name: string,
      f: (...args: never[]) => unknown,
    ): { mock: { calls: { arguments: unknown[] }[] } };
    restoreAll(): void;
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
    throws(f: () => unknown, error?: RegExp | { name: string }): void;
    rejects(promise: Promise<unknown>, error: RegExp | { name: string }): Promise<void>;
  };
  export default assert;
}
declare module 'node:fs' {
  export function readFileSync(path: string, encoding: 'utf8'): string;
}
declare module 'node:crypto' {
  type Key = object;
  interface Hash {
    update(bytes: Uint8Array): Hash;
    digest(): Uint8Array;
    digest(encoding: 'base64'): string;
  }
  export function createHash(algorithm: string): Hash;
  export function generateKeyPairSync(kind: 'ed25519'): { privateKey: Key; publicKey: Key };
  export function randomBytes(count: number): Uint8Array;
  export function sign(algorithm: null, bytes: Uint8Array, key: Key): Uint8Array & { toString(form: 'base64'): string };
  export function verify(algorithm: null, bytes: Uint8Array, key: Key, signature: Uint8Array): boolean;
}
declare module '@sinonjs/fake-timers' {
  export interface Clock {
    tick(ms: number): void;
    uninstall(): void;
  }
  export function install(options: { now: number; toFake: string[] }): Clock;
}
declare const Buffer: {
  from(bytes: Uint8Array): { toString(form: 'base64'): string };
  from(text: string, form: 'base64'): Uint8Array;
};
declare const process: { env: Record<string, string | undefined> };
declare function setImmediate(f: () => void): void;
