// The gate for what scripts do. A request to a host of a refused purpose is not made, and the caller sees what a
// network failure looks like: a rejected promise, an error event, or false.
import { attempt } from '../core/attempt';
import { checkRequest, report, reportHeld, setReporter } from './check-request';
import { DEAD_ADDRESS, SOURCE_CLASSES, SOURCE_NAMES } from './dead-address';
import { dropOpened, holdFunctionCall, sendOpened, trackOpened } from './held-calls';
import { type AnyWindow, type Hook, getOwner, hookFunctions, isHooked } from './hook';
import { type Block, hasHosts } from './host-list';
import { checkArguments, getWindow, UNSET } from './block-elements';
import { guardStorage } from './strict';

/** How the names begin of what sets attributes, and of what puts markup or nodes into a page. There are 600 names to
 * look at, for which a pattern takes ten times as long. */
const INSERTS = 'appe inse repl prep befo afte move adop impo body writ surr exec setA setH inne oute';
const isInsert = (name: string): boolean => INSERTS.includes(name.slice(0, 4));

const DEAD_SOCKET = 'wss://127.0.0.1:1'; // browsers connect to no such port

/** Starts watching the page; report gets each blocked request. */
export function watch(onBlock: (b: Block) => void): void {
  setReporter(onBlock);
  guardWindow(window);
  addEventListener('load', guardLoaded, true);
}

/** Hooks a window, if the policy has something to block. */
function guardWindow(w: AnyWindow): void {
  if (!STRICT && !hasHosts) return;
  guardRequests(w);
  if (STRICT) guardStorage(w, report);
  guardMarkup(w);
}

/** Hooks the functions that send requests. */
function guardRequests(w: AnyWindow): void {
  const guard = (classes: string, names: string, at = 0): void => {
    const hook: Hook = (args, callReal, self, name) => {
      const to = args[at];
      if (HOLD && at && trackOpened(self, to, args.length > 2 && !args[2], () => callReal([args[0], DEAD_ADDRESS])))
        return callReal(args);
      const b = checkRequest(
        at ? 'xhr' : name,
        // A Request, perhaps of another window, has an address; an inherited one must not hide what fetch reads.
        [to, Object(to).url || to],
        HOLD ? (b) => holdFunctionCall(b, name, args, () => hook(args, callReal, self, name)) : undefined,
      );
      if (HOLD && b && b.heldResult) return b.heldResult;
      if (b) {
        if (name == 'sendBeacon') return false;
        args[at] = /^WebS/.test(name) ? DEAD_SOCKET : DEAD_ADDRESS;
      }
      return callReal(args);
    };
    hookFunctions(w, classes, names, hook);
  };
  guard('', 'Audio SharedWorker EventSource WebSocket WebSocketStream fetch Worker');
  guard('Navigator', 'sendBeacon');
  guard('XMLHttpRequest', 'open', 1);
  if (HOLD) {
    hookFunctions(w, 'XMLHttpRequest', 'send', (args, callReal, self) =>
      sendOpened(self, () => callReal(args), reportHeld),
    );
    hookFunctions(w, 'XMLHttpRequest', 'abort', (args, callReal, self) => (dropOpened(self), callReal(args)));
  }
}

/** Hooks what gives elements their sources, and what puts markup or elements into the page, and frames with them. */
function guardMarkup(w: AnyWindow): void {
  const hook: Hook = (args, callReal, self, name) => {
    const to = getOwner(self) === undefined ? (self as unknown as Range).startContainer : self;
    if (!getWindow(to)) return callReal(args);
    let n = 0; // number of frames: window.length may be a variable of the page
    while (w[n]) n++;
    const checked = checkArguments(args, to, name, w, () => hook(args, callReal, self, name));
    if (HOLD && checked.includes(UNSET)) return;
    const result = callReal(checked);
    if (!args.length) guardFrame(result); // contentWindow, or contentDocument
    if (w[n]) guardFrames(w);
    return result;
  };
  hookFunctions(w, SOURCE_CLASSES, SOURCE_NAMES + ' contentWindow contentDocument', hook);
  if (STRICT) hookFunctions(w, 'HTMLLinkElement', 'rel', hook);
  hookFunctions(w, 'Node Element Document DocumentFragment ShadowRoot CharacterData Range', isInsert, hook);
  hookFunctions(w, 'Range', 'createContextualFragment', hook);
}

/** Guards a frame of the same origin, which has functions of its own. A frame of another origin is out of reach. */
function guardFrame(w: AnyWindow): void {
  attempt(() => {
    // Not by fetch, which pages take out of a frame.
    if (!isHooked((w = w.defaultView || w).Node.prototype.appendChild)) guardWindow(w);
    guardFrames(w);
  });
}

/** Guards the frames of a window that are not guarded yet. */
export function guardFrames(w: AnyWindow = window): void {
  for (let i = 0; w[i]; i++) guardFrame(w[i]);
}

/** Guards a frame that has loaded another page, which has functions of its own. To read a frame's window guards it. */
export const guardLoaded = ({ target }: { target: unknown }): unknown => (target as HTMLIFrameElement).contentWindow;

/** Checks the ping of a link in the page's own markup: no click on it is to be reported. */
export function stripBlockedPing(e: Element): void {
  const ping = e.getAttribute('ping');
  if (ping) e.setAttribute('ping', ping);
}
