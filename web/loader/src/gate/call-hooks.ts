// The gate for what scripts do: a request to a host of a refused purpose is not made, and whoever made it sees what a
// network failure looks like: a promise rejected, an error event, false.
import { dropOpened, holdFunctionCall, makeAttributeHold, trackOpened, sendOpened, trackAttribute } from './held-calls';
import { Block, HOST_PATTERN, hostNames, findBlock } from './host-list';
import { attempt } from '../core/attempt';
import { guardStorage, isNavigationalRel, findOffSiteBlock } from './strict';
import { getTrustedPolicy } from '../core/trusted-types';

type Args = unknown[];
type CallReal = (args: Args) => unknown;
/** What a hooked function does: go calls the real one. */
export type Hook = (args: Args, go: CallReal, self: Element, name: string) => unknown; // self is no element where a class is hooked
// biome-ignore lint/suspicious/noExplicitAny: TypeScript has no type for the globals of another window
type AnyWindow = any; // a window and its classes, which TypeScript knows as globals only

const { apply, construct } = Reflect; // which a page may replace later
const DEAD = 'blob:nod'; // an address with nothing there, where nobody is asked
const SOCKET = 'wss://127.0.0.1:1'; // likewise: browsers connect to no such port

let reportBlock: (s: Block) => void;
const hooked = new WeakSet<object>();

/** Begins to watch over the page; how is told of each request that is stopped. */
export function watch(how: (s: Block) => void): void {
  reportBlock = how;
  guardWindow(window);
  addEventListener('load', () => guardFrames(), true); // a frame that goes elsewhere has other functions then
}

/** What is to be done instead where a request is kept back; undefined where it is not. */
type HoldBack = (s: Block) => unknown;

function checkRequest(by: string, urls: unknown[], keep?: HoldBack): (Block & { kept?: unknown }) | undefined {
  for (const u of urls) {
    const s = STRICT ? findBlock(u) || findOffSiteBlock(u) : findBlock(u);
    if (!s) continue;
    if (HOLD) {
      const kept = keep && keep(s);
      const { hold, ...what } = s;
      reportBlock({ ...what, by, ...(hold && kept !== undefined && { held: true }) });
      return { ...s, kept };
    }
    reportBlock({ ...s, by });
    return s;
  }
  return;
}

/** Hooks what a class, or else the window, has under these names: a function, or the accessor of a property. */
function hookFunctions(w: AnyWindow, classes: string, names: string, way: Hook): void {
  for (const c of classes.split(' ')) {
    const o = c ? w[c]?.prototype : w; // a browser may lack the class
    for (const name of names.split(' ')) {
      const d = o && Object.getOwnPropertyDescriptor(o, name); // not every class has every name
      if (d)
        attempt(() => {
          const place = d.value ? 'value' : d.set ? 'set' : 'get';
          const real = d[place];
          d[place] = new Proxy(real, {
            apply: (_, self, args) => way(args, (a) => apply(real, self, a), self, name),
            construct: (_, args, as) => way(args, (a) => construct(real, a, as), as as never, name) as object, // self is no element then
          });
          hooked.add(d[place]);
          Object.defineProperty(o, name, d);
        });
    }
  }
}

const CLASSES = 'Video Link IFrame Script Image Input Embed Source Object Media'.replace(/\w+/g, 'HTML$&Element');
const TAGS = '(img|audio|use|iframe|video|link|embed|source|script|input|image|object)';
const NAMES = 'src|srcset|poster|data|href';
const LOADS = new RegExp('^' + TAGS + ' (xlink:)?(' + NAMES + ')$');
// What waits for its purpose is left as it is.
const TAG = new RegExp(
  '<(script(?=[^>]*\\stype=.?text/plain)|template(?=[^>]*data-category))[^]*?</\\1>|<' +
    TAGS +
    `\\b(?!-)[^>"']*(("[^"]*"|'[^']*')[^>"']*)*>`,
  'gi',
);
const ATTRIBUTE = new RegExp('([\\s"\'/:](' + NAMES + `)\\s*=\\s*)("[^"]*"|'[^']*'|[^\\s>]+)`, 'gi');

/** The addresses in an attribute; in some there may be several, each perhaps with a measure. */
const listAddresses = (name: string, v: unknown): string[] =>
  /set|ping/i.test(name) ? `${v}`.split(/[\s,]+/) : [`${v}`];

const getReplacement = (tag: string): string => (/iframe/i.test(tag) ? 'about:blank' : DEAD);

/** Markup without what it would load. */
function cleanMarkup(v: unknown): unknown {
  const text = `${v}`;
  if (!STRICT && !HOST_PATTERN.test(text)) return v;
  const cleaned = text.replace(TAG, (all: string, _: string, tag?: string) =>
    !tag || (STRICT && /link/i.test(tag) && isNavigationalRel(/\brel\s*=\s*["']?([^"'>]*)/i.exec(all)?.[1]))
      ? all
      : all.replace(ATTRIBUTE, (a: string, before: string, name: string, value: string) =>
          checkRequest(tag, listAddresses(name, value.replace(/["']/g, '')))
            ? before + value.replace(/[^"']+/, getReplacement(tag))
            : a,
        ),
  );
  return cleaned == text ? v : typeof v == 'string' ? cleaned : getTrustedPolicy().createHTML(cleaned);
}

/** Sets an attribute or property that may load something. */
const checkAttribute: Hook = (args, go, e, property) => {
  const at = ['setAttribute', 'setAttributeNS'].indexOf(property) + 1; // the value; the name stands before it
  const tag = e.localName;
  const name = `${at ? args[at - 1] : property}`.toLowerCase();
  if (name == 'srcdoc') args[at] = cleanMarkup(args[at]);
  else if (LOADS.test(tag + ' ' + name)) {
    if (STRICT && tag == 'link' && isNavigationalRel((e as HTMLLinkElement).rel)) return go(args);
    const s = checkRequest(
      tag,
      listAddresses(name, args[at]),
      HOLD ? makeAttributeHold(e, trackAttribute(e, name), () => checkAttribute(args, go, e, property)) : undefined,
    );
    if (HOLD && s && s.kept) return;
    if (s) args[at] = getTrustedPolicy().createScriptURL(getReplacement(tag));
  }
  return go(args);
};

/** Puts itself in front of all that a window can send with, where there is something to stop. */
function guardWindow(w: AnyWindow): void {
  if (STRICT || hostNames[0]) hookAll(w);
}

function hookAll(w: AnyWindow): void {
  /** Has what is called with an address find nothing there. */
  const call = (classes: string, names: string, at = 0): void => {
    const way: Hook = (args, go, self, name) => {
      const to = args[at] as { url?: string } | undefined; // a Request, perhaps of another window
      const url = to?.url || to;
      if (HOLD && at && trackOpened(self, url, args.length > 2 && !args[2], () => go([args[0], DEAD]))) return go(args);
      const s = checkRequest(
        at ? 'xhr' : name,
        [url],
        HOLD ? (s) => holdFunctionCall(s, name, args, () => way(args, go, self, name)) : undefined,
      );
      if (HOLD && s && s.kept) return s.kept;
      if (s) {
        if (name == 'sendBeacon') return false;
        args[at] = name == 'WebSocket' ? SOCKET : DEAD;
      }
      return go(args);
    };
    hookFunctions(w, classes, names, way);
  };
  call('', 'Audio SharedWorker EventSource WebSocket fetch Worker');
  call('Navigator', 'sendBeacon');
  call('XMLHttpRequest', 'open', 1);
  if (HOLD)
    hookFunctions(w, 'XMLHttpRequest', 'send', (args, go, self) => sendOpened(self, () => go(args), reportBlock));
  if (HOLD) hookFunctions(w, 'XMLHttpRequest', 'abort', (args, go, self) => (dropOpened(self), go(args)));
  if (STRICT) guardStorage(w, (classes, names, way) => hookFunctions(w, classes, names, way), reportBlock);

  hookFunctions(
    w,
    CLASSES + ' Element',
    NAMES.replace(/\|/g, ' ') + ' srcdoc setAttribute setAttributeNS',
    checkAttribute,
  );

  /** What puts markup or elements into the page, and frames with them. */
  const insert = (classes: string, names: string, markup?: boolean): void =>
    hookFunctions(w, classes, names, (args, go) => {
      let n = 0; // of frames: window.length may be a variable of the page's
      while (w[n]) n++;
      const r = go(markup ? args.map(cleanMarkup) : args);
      if (w[n]) guardFrames(w);
      return r;
    });
  insert(
    'Document Range DOMParser Element ShadowRoot',
    'outerHTML innerHTML parseFromString setHTMLUnsafe insertAdjacentHTML write createContextualFragment writeln',
    true,
  );
  insert('Node Element', 'appendChild insertBefore append');
  hookFunctions(w, 'HTMLIFrameElement', 'contentWindow contentDocument', (args, go) => {
    const r = go(args);
    guardFrame(r);
    return r;
  });
}

/** A frame of the same origin has functions of its own; what a frame of another has can't be looked at. */
function guardFrame(w: AnyWindow): void {
  attempt(() => {
    if (!hooked.has((w = w.defaultView || w).fetch)) guardWindow(w);
    guardFrames(w);
  });
}

/** Looks after the frames that came. */
export function guardFrames(w: AnyWindow = window): void {
  for (let i = 0; w[i]; i++) guardFrame(w[i]);
}

/** A link tells no refused host that it was followed, now or later. */
export function stripBlockedPing(e: Element): void {
  const ping = e.getAttribute('ping');
  if (ping && checkRequest('ping', listAddresses('ping', ping))) e.removeAttribute('ping');
}
