// Starts the WebAssembly program, which takes the form over.
import { getTrustedPolicy } from '../core/trusted-types';
import type { State } from './connection';
import { page } from './page';

declare class Go {
  importObject: WebAssembly.Imports;
  run(i: WebAssembly.Instance): Promise<void>;
}

const PRESS_CHECK_INTERVAL = 20; // in ms

let onState: ((s: State) => void) | undefined; // of the program, once it runs the page
let hasStarted = false;

// A click needs its element from the press to the release, of the mouse or of the space bar, so the program replaces
// nothing in between. The release comes before the click that it causes. A release in another window is not heard.
let isPressed = false;
let release: ReturnType<typeof setTimeout> | undefined;

export function watchPresses(): void {
  for (const type of ['pointerdown', 'keydown'])
    addEventListener(type, () => {
      clearTimeout(release);
      isPressed = true;
    });
  for (const type of ['pointerup', 'pointercancel', 'keyup', 'blur'])
    addEventListener(type, () => (release = setTimeout(() => (isPressed = false))));
}

/** Whether the program runs the page. */
export const isRunning = (): boolean => !!onState;

/** The program runs the page from now on, and gets each state. */
export const takeOver = (f: (s: State) => void): unknown => (onState = f);

/** Gives the program a state, and returns whether it runs the page. */
export function passState(s: State): boolean {
  onState?.(s);
  return isRunning();
}

/** Starts the program, if it was built. */
export function start(): void {
  if (hasStarted || !page.wasm || !page.exec || typeof WebAssembly != 'object') return;
  hasStarted = true;
  const compiled = fetch(page.wasm); // both at once
  const s = document.createElement('script');
  s.src = getTrustedPolicy().createScriptURL(page.exec);
  s.onload = async () => {
    try {
      const go = new Go();
      const { instance } = await WebAssembly.instantiateStreaming(compiled, go.importObject);
      while (isPressed) await new Promise((done) => setTimeout(done, PRESS_CHECK_INTERVAL));
      await go.run(instance);
      onState = undefined; // it ends only if something is wrong: the form goes on
    } catch (e) {
      // Leaving the page also stops a download. This never runs then.
      setTimeout(() => console.warn('nod: WebAssembly could not start; the form works without it.', e));
    }
  };
  document.head.append(s);
}
