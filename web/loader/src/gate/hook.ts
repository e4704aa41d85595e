// Puts our functions before those of the browser.
import { attempt } from '../core/attempt';

export type Args = unknown[];

/** Runs in place of a browser's function; callReal calls that one. self is not an element if a class is hooked. */
export type Hook = (args: Args, callReal: (args: Args) => unknown, self: Element, name: string) => unknown;

/** A window with its classes, which TypeScript knows as globals only. */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript has no type for the globals of another window
export type AnyWindow = any;

const { apply, construct } = Reflect; // a page may replace them later
const hooks = new WeakSet<object>();

/** Hooks the functions and the properties with these names, of these classes or of the window (''). Names are separated
 * by spaces, or match a pattern. Of a property it hooks what sets it, if it can be set; part "get" hooks what reads
 * it. */
export function hookFunctions(w: AnyWindow, classes: string, names: string | RegExp, hook: Hook, part?: 'get'): void {
  for (const c of classes.split(' ')) {
    const owner = c ? w[c] && w[c].prototype : w; // a browser may lack the class
    if (!owner) continue;
    const all =
      typeof names == 'string' ? names.split(' ') : Object.getOwnPropertyNames(owner).filter((n) => names.test(n));
    for (const name of all) {
      const d = Object.getOwnPropertyDescriptor(owner, name); // not every class has every name
      if (d)
        attempt(() => {
          const key = d.value ? 'value' : part || (d.set ? 'set' : 'get');
          const real = d[key];
          d[key] = new Proxy(real, {
            apply: (_, self, args) => hook(args, (a) => apply(real, self, a), self, name),
            construct: (_, args, as) => hook(args, (a) => construct(real, a, as), as as never, name) as object,
          });
          hooks.add(d[key]);
          Object.defineProperty(owner, name, d);
        });
    }
  }
}

export const isHooked = (f: object): boolean => hooks.has(f);
