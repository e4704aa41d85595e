// The gate for what scripts do: a request to a host of a refused purpose is not made, and whoever made it sees what a
// network failure looks like: a promise rejected, an error event, false.
import { Stop, mentioned, stopped } from './hosts';
import { attempt } from './keep';
import { trusted } from './trusted';

type Args = unknown[];
type Go = (args: Args) => unknown;
/** What a hooked function does: go calls the real one. */
type Way = (args: Args, go: Go, self: Element) => unknown; // self is no element where a class is hooked
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

function hook(o: Frame, name: string, place: 'value' | 'get' | 'set', way: Way): void {
  attempt(() => {
    const d = Object.getOwnPropertyDescriptor(o, name);
    if (!d) return;
    const real = d[place]!;
    d[place] = new Proxy(real, {
      apply: (_, self, args) => way(args, (a) => apply(real, self, a), self),
      construct: (_, args, as) => way(args, (a) => construct(real, a, as), as as never) as object,
    });
    ours.add(d[place]);
    Object.defineProperty(o, name, d);
  });
}

const CLASSES = 'Object IFrame Script Media Link Input Video Embed Image Source';
const TAGS = '(video|link|script|source|use|input|img|object|iframe|image|embed|audio)';
const NAMES = 'src|data|poster|href|srcset';
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
  const put = (v: unknown): unknown => go([...args.slice(0, last), v]);
  const attribute = (name + '').toLowerCase();
  if (attribute == 'srcdoc') return put(clean(args[last]));
  const tag = e.localName;
  const s = LOADS.test(tag + ' ' + attribute) && check(tag, ...addresses(args[last]));
  if (!s) return go(args);
  return put(tag == 'script' ? trusted().createScriptURL(DEAD) : instead(tag));
}

function guard(w: Frame): void {
  /** A function or class that takes an address first. */
  const call = (o: Frame, name: string, otherwise: (go: Go) => unknown): void =>
    hook(o, name, 'value', (args, go) => {
      const to = args[0] as { url?: string } | undefined; // a Request, perhaps of another window
      return check(name, to?.url || to) ? otherwise(go) : go(args);
    });
  call(w.Navigator.prototype, 'sendBeacon', () => false);
  call(w, 'WebSocket', (go) => go([SOCKET]));
  for (const name of ['fetch', 'EventSource', 'Worker', 'SharedWorker', 'Audio']) call(w, name, (go) => go([DEAD]));

  hook(w.XMLHttpRequest.prototype, 'open', 'value', (args, go) => {
    if (check('xhr', args[1])) args[1] = DEAD;
    return go(args);
  });
  for (const c of CLASSES.split(' '))
    for (const name of (NAMES + '|srcdoc').split('|')) hook(w['HTML' + c + 'Element'].prototype, name, 'set', (args, go, self) => set(self, name, args, go));
  hook(w.Element.prototype, 'setAttribute', 'value', (args, go, self) => set(self, args[0], args, go));
  hook(w.Element.prototype, 'setAttributeNS', 'value', (args, go, self) => set(self, args[1], args, go));

  /** What puts markup or elements into the page, and frames with them. */
  const insert = (o: Frame, place: 'value' | 'set', names: string, markup?: boolean): void => {
    for (const name of names.split(' '))
      hook(o, name, place, (args, go) => {
        const n = w.length;
        const r = go(markup ? args.map(clean) : args);
        if (w.length != n) frames(w);
        return r;
      });
  };
  insert(w.Element.prototype, 'set', 'innerHTML outerHTML', true);
  insert(w.ShadowRoot.prototype, 'set', 'innerHTML', true);
  insert(w.Element.prototype, 'value', 'insertAdjacentHTML setHTMLUnsafe', true);
  insert(w.Document.prototype, 'value', 'write writeln', true);
  insert(w.Range.prototype, 'value', 'createContextualFragment', true);
  insert(w.Node.prototype, 'value', 'appendChild insertBefore');
  insert(w.Element.prototype, 'value', 'append');
  for (const name of ['contentWindow', 'contentDocument'])
    hook(w.HTMLIFrameElement.prototype, name, 'get', (args, go) => {
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
