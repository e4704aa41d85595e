// Puts our functions before those of the browser.
import { attempt } from '../core/attempt';
import { splitAt } from '../core/list';

export type Args = unknown[];

/** Runs in place of a browser's function; callReal calls that one. self is not an element if a class is hooked. */
export type Hook = (args: Args, callReal: (args: Args) => unknown, self: Element, name: string) => unknown;

/** A window with its classes, which TypeScript knows as globals only. */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript has no type for the globals of another window
export type AnyWindow = any;

// A page may replace these later, or have classes of these names.
const { apply, construct, get, getOwnPropertyDescriptor } = Reflect;
const { Node } = window as unknown as typeof globalThis;

/** The document of a node, of any window; null for a document, undefined for what is no node. What every object
 * inherits does not count, nor does the field of a form by the name of the property. */
export const getOwner = (v: unknown): Document | null | undefined =>
  attempt(() => get(Node.prototype, 'ownerDocument', v));

const hooks = new WeakSet<object>();

/** Hooks one function or property, if the class has it: not every class has every name. */
function hookFunction(owner: object, name: string, hook: Hook, part?: 'get'): void {
  const d = { __proto__: null, ...getOwnPropertyDescriptor(owner, name) } as PropertyDescriptor;
  const key = d.value ? 'value' : part || (d.set ? 'set' : 'get');
  const real = d[key];
  if (!real) return;
  d[key] = new Proxy(real, {
    apply: (_, self, args) => hook(args, (a) => apply(real, self, a), self, name),
    construct: (_, args, as) => hook(args, (a) => construct(real, a, as), as as never, name) as object,
    // A proxy is a function without a name in its text, by which some look whether fetch is the browser's.
    // Not in a class that extends this one, nor if the page has set another.
    get: (_, p, self) =>
      p == 'toString' && self == d[key] && !getOwnPropertyDescriptor(real, p) ? () => `${real}` : get(real, p, self),
  });
  hooks.add(d[key]);
  Object.defineProperty(owner, name, d);
}

/** Hooks the functions and the properties with these names, of these classes or of the window (''). Names are separated
 * by spaces, or those that a function chooses. Of a property it hooks what sets it, if it can be set; part "get" hooks
 * what reads it. */
export function hookFunctions(
  w: AnyWindow,
  classes: string,
  names: string | ((name: string) => boolean),
  hook: Hook,
  part?: 'get',
): void {
  for (const c of splitAt(classes, ' ')) {
    const owner = c ? w[c] && w[c].prototype : w; // a browser may lack the class
    if (!owner) continue;
    const listed = typeof names == 'string' ? splitAt(names, ' ') : Object.getOwnPropertyNames(owner).filter(names);
    for (const name of listed) attempt(() => hookFunction(owner, name, hook, part));
  }
}

export const isHooked = (f: object): boolean => hooks.has(f);
