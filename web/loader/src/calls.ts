// The gate for what scripts do: a request to a host of a refused purpose is not made, and whoever made it sees what a
// network failure looks like: a promise rejected, an error event, false.
import { Stop, mentioned, stopped } from './hosts';
import { attempt } from './keep';
import { trusted } from './trusted';

type Args = unknown[];
type Go = (args: Args) => unknown;
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Frame = any; // a window and its classes, which TypeScript knows as globals only

const { apply, construct } = Reflect; // which a page may replace later
const DEAD = 'blob:nod'; // an address with nothing there, where nobody is asked
const SOCKET = 'wss://127.0.0.1:1'; // likewise: browsers connect to no such port

let report: (s: Stop) => void;
const ours = new WeakSet<object>();

/** Begins to watch over the page; how is told of each request that is stopped. */
export function watch(how: (s: Stop) => void): void {
  report = how;
  guard(window);
}

function check(by: string, ...urls: unknown[]): Stop | undefined {
  for (const u of urls) {
    const s = stopped(u);
    if (s) report({ ...s, by });
    if (s) return s;
  }
  return;
}

/** Hooks what a class, or else the window, has under these names: a function, or the accessor of a property. */
function hook(w: Frame, classes: string, names: string, way: (args: Args, go: Go, self: Element, name: string) => unknown): void {
  for (const c of classes.split(' '))
    for (const name of names.split(' '))
      attempt(() => {
        const o = c ? w[c].prototype : w;
        const d = Object.getOwnPropertyDescriptor(o, name);
        if (!d) return; // not every class has every name, nor every browser
        const place = d.set ? 'set' : d.get ? 'get' : 'value';
        const real = d[place]!;
        d[place] = new Proxy(real, {
          apply: (_, self, args) => way(args, (a) => apply(real, self, a), self, name),
          construct: (_, args, as) => way(args, (a) => construct(real, a, as), as as never, name) as object, // self is no element then
        });
        ours.add(d[place]);
        Object.defineProperty(o, name, d);
      });
}

const CLASSES = 'Embed Video Source Link Object Media IFrame Script Input Image'.replace(/\w+/g, 'HTML$&Element');
const TAGS = '(iframe|source|img|use|script|embed|video|link|input|audio|image|object)';
const NAMES = 'src|srcset|href|poster|data';
const LOADS = new RegExp('^' + TAGS + ' (xlink:)?(' + NAMES + ')$');
const TAG = new RegExp('<' + TAGS + `\\b([^>"']|"[^"]*"|'[^']*')*>`, 'gi');
const ATTRIBUTE = new RegExp('([\\s"\'/:](' + NAMES + `)\\s*=\\s*)("[^"]*"|'[^']*'|[^\\s>]+)`, 'gi');

/** The addresses in an attribute; in srcset each is followed by a space and a measure. */
const addresses = (v: unknown): string[] => (v + '').split(/,?\s+/);

const instead = (tag: string): string => (/iframe/i.test(tag) ? 'about:blank' : DEAD);

/** Markup without what it would load. */
function clean(v: unknown): unknown {
  const text = v + '';
  if (!mentioned.test(text)) return v;
  const cleaned = text.replace(TAG, (all: string, tag: string) =>
    all.replace(ATTRIBUTE, (a: string, before: string, _: string, value: string) => (check(tag, ...addresses(value.replace(/["']/g, ''))) ? before + instead(tag) : a)),
  );
  return cleaned == text ? v : typeof v == 'string' ? cleaned : trusted().createHTML(cleaned);
}

/** Sets an attribute or property that may load something: the last of the arguments is its value. */
function set(e: Element, name: unknown, args: Args, go: Go): unknown {
  const last = args.length - 1;
  const tag = e.localName;
  const attribute = (name + '').toLowerCase();
  if (attribute == 'srcdoc') args[last] = clean(args[last]);
  else if (LOADS.test(tag + ' ' + attribute) && check(tag, ...addresses(args[last]))) args[last] = trusted().createScriptURL(instead(tag));
  return go(args);
}

function guard(w: Frame): void {
  /** Has what is called with an address find nothing there. */
  const call = (classes: string, names: string, at = 0): void =>
    hook(w, classes, names, (args, go, _, name) => {
      const to = args[at] as { url?: string } | undefined; // a Request, perhaps of another window
      if (check(at ? 'xhr' : name, to?.url || to)) {
        if (name == 'sendBeacon') return false;
        args[at] = name == 'WebSocket' ? SOCKET : DEAD;
      }
      return go(args);
    });
  call('', 'fetch WebSocket EventSource Worker SharedWorker Audio');
  call('Navigator', 'sendBeacon');
  call('XMLHttpRequest', 'open', 1);

  hook(w, CLASSES, NAMES.replace(/\|/g, ' ') + ' srcdoc', (args, go, self, name) => set(self, name, args, go));
  hook(w, 'Element', 'setAttribute setAttributeNS', (args, go, self) => set(self, args[args.length - 2], args, go));

  /** What puts markup or elements into the page, and frames with them. */
  const insert = (classes: string, names: string, markup?: boolean): void =>
    hook(w, classes, names, (args, go) => {
      const n = w.length;
      const r = go(markup ? args.map(clean) : args);
      if (w.length != n) frames(w);
      return r;
    });
  insert('Element ShadowRoot Document Range', 'innerHTML outerHTML insertAdjacentHTML setHTMLUnsafe write writeln createContextualFragment', true);
  insert('Node Element', 'appendChild insertBefore append');
  hook(w, 'HTMLIFrameElement', 'contentWindow contentDocument', (args, go) => {
    const r = go(args);
    fresh(r);
    return r;
  });
}

/** A frame of the same origin has functions of its own; what a frame of another has can't be looked at. */
function fresh(w: Frame): void {
  attempt(() => ours.has((w = w.defaultView || w).fetch) || guard(w));
}

/** Looks after the frames that came. */
export function frames(w: Frame = window): void {
  for (let i = w.length; i--; ) fresh(w[i]);
}

/** A link tells no refused host that it was followed. */
export function unping(e: Element): void {
  const ping = e.getAttribute('ping');
  if (!ping || !check('ping', ...addresses(ping))) return;
  e.removeAttribute('ping');
  setTimeout(() => e.setAttribute('ping', ping));
}
