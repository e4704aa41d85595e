// Loads more.js, the other half of the script, when it is needed.
import { attempt } from '../core/attempt';
import { config } from '../core/config';
import type { Core, More } from '../core/core';
import { isParsing } from '../core/dom';
import { scriptBase } from './addresses';

let core: Core;
export let more: More | undefined;
let loading: Promise<void> | undefined;
let failures = 0;

/** Sets what the other half gets to know of this one. */
export function setCore(c: Core): void {
  core = c;
}

/** Runs f with the other half, at once if that is loaded. If it can't be loaded, or f fails, the fallback runs: the
 * decision holds all the same, and the next page sends it. */
export function withMore(f: (m: More) => void, fallback?: () => void): void {
  const run = (): void => {
    const m = more;
    if (m && attempt(() => (f(m), true))) return;
    if (fallback) attempt(fallback);
  };
  if (more) run();
  else loadMore().then(run);
}

/** Runs f with the other half, which is loaded after a pause, in ms, unless loading it has failed three times. */
export function withMoreIfPossible(f: (m: More) => void, pause: number): void {
  if (failures > 2) return;
  void loadMore(pause);
  withMore(f);
}

/** Imports another file and starts it, once the page is parsed: Firefox ignores an import map that comes after an
 * import. It looks every 40 ms, because sooner the file would often take the processor from the page's first paint.
 * After a failure it has another address: browsers may remember that the first one failed. Where the browser keeps the
 * stack of each request, for its tools, V8 parses every function of that stack again, the whole script among them. So
 * the request has a stack of its own. */
export async function importPart<M, T>(address: string, start: (m: M) => T): Promise<T> {
  try {
    await 0;
    while (isParsing()) await new Promise((done) => setTimeout(done, 40));
    return start(await import(scriptBase + address + (failures ? '?' + failures : '')));
  } catch (e) {
    failures++;
    throw e;
  }
}

/** Loads the other half. What is already about to load it keeps its pause. */
export function loadMore(pause = 0): Promise<void> {
  const load = () => importPart(config.more, ({ start }: { start: (core: Core) => More }) => void (more = start(core)));
  loading = loading || new Promise((done) => setTimeout(done, pause)).then(load).catch(() => (loading = undefined));
  return loading;
}
