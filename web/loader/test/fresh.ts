// Helpers of the tests that run in Node.
import { Clock, install } from '@sinonjs/fake-timers';

let clock: Clock;

let count = 0;

/** Imports one of test/modules once more: its state is as at the beginning. */
export function fresh<T>(name: string): Promise<T> {
  const address = './modules/' + name + '.mjs?' + ++count; // the bundler is not to look for it
  return import(address) as Promise<T>;
}

/** Puts something where scripts find it as a global. */
export function setGlobals(values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

export const NOW = Date.UTC(2026, 10, 28);

/** Stops the clocks of timers and dates, and of performance.now. */
export function stopClock(): void {
  clock = install({
    now: NOW,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
}

/** Lets the clocks go on by themselves. */
export function releaseClock(): void {
  clock.uninstall();
}

/** Lets what is ready happen: promises that are settled, and what follows them. */
export const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Moves the clock, in steps where something is to follow in between. */
export async function pass(ms: number, step = ms): Promise<void> {
  for (let t = 0; t < ms; t += step) {
    clock.tick(step);
    await settle();
  }
}
