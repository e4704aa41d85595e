// The gate for what scripts do. A request to a host of a refused purpose is not made, and the caller sees what a
// network failure looks like: a rejected promise, an error event, or false.
import { attempt } from '../core/attempt';
import { getTrustedPolicy } from '../core/trusted-types';
import { dropOpened, holdFunctionCall, makeAttributeHold, sendOpened, trackAttribute, trackOpened } from './held-calls';
import { type AnyWindow, type Hook, hookFunctions, isHooked } from './hook';
import { type Block, findBlock, HOST_PATTERN, hostNames } from './host-list';
import { findOffSiteBlock, guardStorage, isNavigationalRel } from './strict';

const DEAD_ADDRESS = 'blob:nod'; // nothing is there, and no server is asked
const DEAD_SOCKET = 'wss://127.0.0.1:1'; // browsers connect to no such port

let reportBlock: (b: Block) => void;

/** Starts watching the page; report gets each blocked request. */
export function watch(report: (b: Block) => void): void {
  reportBlock = report;
  guardWindow(window);
  addEventListener('load', () => guardFrames(), true); // a frame that loads another page has new functions
}

/** Holds the request of a block. The result is what the caller gets meanwhile; undefined if it is not held. */
type HoldBack = (b: Block) => unknown;

/** Finds what blocks a request to one of these addresses, and reports it. */
function checkRequest(by: string, urls: unknown[], hold?: HoldBack): (Block & { heldResult?: unknown }) | undefined {
  for (const u of urls) {
    const b = STRICT ? findBlock(u) || findOffSiteBlock(u) : findBlock(u);
    if (!b) continue;
    if (HOLD) {
      const heldResult = hold && hold(b);
      const { hold: canHold, ...what } = b;
      reportBlock({ ...what, by, ...(canHold && heldResult !== undefined && { held: true }) });
      return { ...b, heldResult };
    }
    reportBlock({ ...b, by });
    return b;
  }
  return;
}

const CLASSES = 'Video Link IFrame Script Image Input Embed Source Object Media'.replace(/\w+/g, 'HTML$&Element');
const TAGS = '(img|audio|use|iframe|video|link|embed|source|script|input|image|object)';
const NAMES = 'src|srcset|poster|data|href';
const LOADS = new RegExp('^' + TAGS + ' (xlink:)?(' + NAMES + ')$');
// Tagged scripts and templates stay as they are.
const TAGGED = '<(script(?=[^>]*\\stype=.?text/plain)|template(?=[^>]*data-category))[^]*?</\\1>|<';
const TAG = new RegExp(TAGGED + TAGS + `\\b(?!-)[^>"']*(("[^"]*"|'[^']*')[^>"']*)*>`, 'gi');
const ATTRIBUTE = new RegExp('([\\s"\'/:](' + NAMES + `)\\s*=\\s*)("[^"]*"|'[^']*'|[^\\s>]+)`, 'gi');

/** The addresses in an attribute. Some attributes have several, each perhaps with a size. */
const listAddresses = (name: string, v: unknown): string[] =>
  /set|ping/i.test(name) ? `${v}`.split(/[\s,]+/) : [`${v}`];

const getReplacement = (tag: string): string => (/iframe/i.test(tag) ? 'about:blank' : DEAD_ADDRESS);

/** Replaces the blocked addresses in markup. */
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

/** Checks an attribute or property that may load something. */
const checkAttribute: Hook = (args, callReal, e, property) => {
  const at = ['setAttribute', 'setAttributeNS'].indexOf(property) + 1; // of the value; the name is before it
  const tag = e.localName;
  const name = `${at ? args[at - 1] : property}`.toLowerCase();
  if (name == 'srcdoc') args[at] = cleanMarkup(args[at]);
  else if (LOADS.test(tag + ' ' + name)) {
    if (STRICT && tag == 'link' && isNavigationalRel((e as HTMLLinkElement).rel)) return callReal(args);
    const b = checkRequest(
      tag,
      listAddresses(name, args[at]),
      HOLD
        ? makeAttributeHold(e, trackAttribute(e, name), () => checkAttribute(args, callReal, e, property))
        : undefined,
    );
    if (HOLD && b && b.heldResult) return;
    if (b) args[at] = getTrustedPolicy().createScriptURL(getReplacement(tag));
  }
  return callReal(args);
};

/** Hooks a window, if the policy has something to block. */
function guardWindow(w: AnyWindow): void {
  if (!STRICT && !hostNames[0]) return;
  guardRequests(w);
  if (STRICT) guardStorage(w, reportBlock);
  guardMarkup(w);
}

/** Hooks the functions that send requests. */
function guardRequests(w: AnyWindow): void {
  const guard = (classes: string, names: string, at = 0): void => {
    const hook: Hook = (args, callReal, self, name) => {
      const to = args[at] as { url?: string } | undefined; // a Request, perhaps of another window
      const url = to?.url || to;
      if (HOLD && at && trackOpened(self, url, args.length > 2 && !args[2], () => callReal([args[0], DEAD_ADDRESS])))
        return callReal(args);
      const b = checkRequest(
        at ? 'xhr' : name,
        [url],
        HOLD ? (b) => holdFunctionCall(b, name, args, () => hook(args, callReal, self, name)) : undefined,
      );
      if (HOLD && b && b.heldResult) return b.heldResult;
      if (b) {
        if (name == 'sendBeacon') return false;
        args[at] = name == 'WebSocket' ? DEAD_SOCKET : DEAD_ADDRESS;
      }
      return callReal(args);
    };
    hookFunctions(w, classes, names, hook);
  };
  guard('', 'Audio SharedWorker EventSource WebSocket fetch Worker');
  guard('Navigator', 'sendBeacon');
  guard('XMLHttpRequest', 'open', 1);
  if (HOLD) {
    hookFunctions(w, 'XMLHttpRequest', 'send', (args, callReal, self) =>
      sendOpened(self, () => callReal(args), reportBlock),
    );
    hookFunctions(w, 'XMLHttpRequest', 'abort', (args, callReal, self) => (dropOpened(self), callReal(args)));
  }
}

/** Hooks what puts markup or elements into the page, and frames with them. */
function guardMarkup(w: AnyWindow): void {
  const attributes = NAMES.replace(/\|/g, ' ') + ' srcdoc setAttribute setAttributeNS';
  hookFunctions(w, CLASSES + ' Element', attributes, checkAttribute);
  const guard = (classes: string, names: string, isMarkup?: boolean): void =>
    hookFunctions(w, classes, names, (args, callReal) => {
      let n = 0; // number of frames: window.length may be a variable of the page
      while (w[n]) n++;
      const result = callReal(isMarkup ? args.map(cleanMarkup) : args);
      if (w[n]) guardFrames(w);
      return result;
    });
  guard(
    'Document Range DOMParser Element ShadowRoot',
    'outerHTML innerHTML parseFromString setHTMLUnsafe insertAdjacentHTML write createContextualFragment writeln',
    true,
  );
  guard('Node Element', 'appendChild insertBefore append');
  hookFunctions(w, 'HTMLIFrameElement', 'contentWindow contentDocument', (args, callReal) => {
    const result = callReal(args);
    guardFrame(result);
    return result;
  });
}

/** Guards a frame of the same origin, which has functions of its own. A frame of another origin is out of reach. */
function guardFrame(w: AnyWindow): void {
  attempt(() => {
    if (!isHooked((w = w.defaultView || w).fetch)) guardWindow(w);
    guardFrames(w);
  });
}

/** Guards the frames of a window that are not guarded yet. */
export function guardFrames(w: AnyWindow = window): void {
  for (let i = 0; w[i]; i++) guardFrame(w[i]);
}

/** Strips a blocked ping from a link, so that no click on it is reported. */
export function stripBlockedPing(e: Element): void {
  const ping = e.getAttribute('ping');
  if (ping && checkRequest('ping', listAddresses('ping', ping))) e.removeAttribute('ping');
}
