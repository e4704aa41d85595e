// The preference centre: a page of ours in a frame, in the dialog. The frame can't read this page's cookie, so it gets
// the state over a MessageChannel. Only our own origin gets a port of the channel, and only that port is heard.
//
// The life cycle:
//
//     idle ──open──▶ loading ──the frame answers──▶ ready ──it shows what the form shows──▶ shown
//                     ▲   │                           │                                       │
//                open │   │ no answer in time         │ blocked                               │ blocked
//                     │   ▼ or blocked                ▼                                       ▼
//                    window: the same page in a window of its own
//
// Closing the dialog changes no state: a frame that is ready or shown is there at once the next time.
import { performAction } from './actions';
import { attempt } from '../core/attempt';
import type { Choice, Core } from '../core/core';
import { findElement } from '../core/find';
import { stringify } from '../core/json';
import { makeObject } from '../core/list';
import { THEME_PROPERTIES } from './preferences-form';
import { type Erasure, type EraserCore, eraseRecords } from './erase-records';
import { FrameMessage, readChoiceOrigin, makeStateMessage } from './frame-message';
import * as preferences from './preferences-dialog';

const OFFER_INTERVAL = 150; // between two offers of the channel, in ms
const MAX_ANSWER_CHECKS = 20; // after so many intervals, a frame that did not answer counts as blocked
const FRAME_OFFERS = 3; // few are enough: the frame's script has run by its load event
const WINDOW_OFFERS = 40; // many: a window has no load event that we hear of
const QUIET_TIME = 500 * TIME_SCALE; // before the frame replaces the form, the visitor does nothing for so long, in ms

type State = 'idle' | 'loading' | 'ready' | 'shown' | 'window';

/** What happens in a state. */
interface StateSteps {
  open?: () => void; // when the preferences open
  detail?: () => void; // when the visitor opens details, which only the frame has
  drawn?: (m: FrameMessage) => void; // when the frame has drawn what the visitor did in the form
}

export type FrameCore = EraserCore & Pick<Core, 'isKnownOrigin' | 'getRoot'>;

let core: FrameCore;
let state: State = 'idle';
let frame: HTMLIFrameElement | undefined;
let port: MessagePort | undefined; // of the frame, or of the window
let isBlocked = false; // the page's Content-Security-Policy blocks our frame
let isFormUsed = false; // the visitor began to choose in the form
let showTimer: ReturnType<typeof setTimeout> | undefined;
let answerTimer: ReturnType<typeof setInterval> | undefined;
let blockedNote: HTMLElement; // tells the visitor that the frame is blocked
let erasure: Erasure | undefined; // of the records, since the preferences were opened
let origin: string;
let address: string;

const loadAtRest = (): void => preferences.runAtRest(loadFrame); // loading a frame takes long enough to be felt

const steps: Record<State, StateSteps> = {
  idle: { open: loadAtRest, detail: loadFrame },
  loading: {},
  ready: { open: openCentre, detail: openCentre, drawn: showWhenSame },
  shown: { open: openCentre, detail: openCentre },
  window: { open: loadAtRest, detail: loadFrame },
};

const onDrawn = (m: FrameMessage): void => steps[state].drawn?.(m);

/** What to do with a message, by its type. */
const handlers: Record<string, (m: FrameMessage) => void> = {
  close: () => preferences.dialog.close(),
  drawn: onDrawn,
  decide: decideFor,
  erase: (m) =>
    void eraseRecords(core, m).then((done) => {
      erasure = done;
      postState();
    }),
};

/** Starts listening. The dialog must be on the page. */
export function start(from: FrameCore): void {
  const { serverBase, config } = (core = from);
  origin = new URL(serverBase).origin;
  // The address names the version of the policy, so that no cache gives the page of another one.
  address = serverBase + config.site + '/preferences?lang=' + config.language + '&policy=' + config.policy;
  blockedNote = findElement(preferences.dialog, '#nod-blocked');
  for (const type of ['pointerdown', 'wheel', 'keydown'])
    preferences.form.addEventListener(type, () => (isFormUsed = true), { passive: true });
  preferences.form.addEventListener('toggle', () => steps[state].detail?.(), true);
  preferences.dialog.addEventListener('close', () => clearInterval(answerTimer));
  addEventListener('securitypolicyviolation', onViolation);
  attempt(() => matchMedia('(prefers-color-scheme: dark)').addEventListener('change', postState));
}

/** Opens the preferences. */
export function open(): void {
  preferences.open();
  if (!preferences.isOpen()) return;
  isFormUsed = false;
  erasure = undefined;
  if (!core.isKnownOrigin) return;
  if (isBlocked) return useWindow();
  steps[state].open?.();
  awaitAnswer();
}

/** Updates the form, and the preference centre in the frame. */
export function refresh(): void {
  if (preferences.isOpen() && !preferences.form.hidden) preferences.refresh();
  postState();
}

function onViolation(e: SecurityPolicyViolationEvent): void {
  if (e.disposition != 'enforce' || !/^(frame|child|default)-src/.test(e.effectiveDirective)) return;
  if (attempt(() => new URL(e.blockedURI).origin) != origin) return;
  isBlocked = true;
  if (preferences.isOpen()) useWindow();
}

/** Waits for the frame's answer. It counts intervals: a machine that is too busy for these is too busy for the
 * frame. */
function awaitAnswer(): void {
  let left = MAX_ANSWER_CHECKS;
  clearInterval(answerTimer);
  answerTimer = setInterval(() => {
    if (!port && (!frame || --left)) return;
    clearInterval(answerTimer);
    if (!port) useWindow();
  }, OFFER_INTERVAL);
}

function loadFrame(): void {
  if (frame || isBlocked || !core.isKnownOrigin || !preferences.isOpen()) return;
  const f = (frame = document.createElement('iframe'));
  state = 'loading';
  f.title = preferences.dialog.getAttribute('aria-label') || '';
  f.tabIndex = -1;
  f.setAttribute('aria-hidden', 'true');
  f.addEventListener('load', () => offerChannel(() => f.contentWindow, FRAME_OFFERS));
  f.src = address;
  preferences.dialog.append(f);
}

/** Offers a channel to the frame or the window until that accepts one. Only a page of our own origin gets the offer. */
function offerChannel(getTarget: () => Window | null, tries: number): void {
  let accepted = 0; // number of the offer; the other side keeps the newest, but answers may come in any order
  let offers = 0;
  const isFrame = (): boolean => !!frame && getTarget() == frame.contentWindow;
  const offer = (): void => {
    if (isBlocked && isFrame()) return clearInterval(timer); // each offer to nobody would be an error in the console
    const { port1, port2 } = new MessageChannel();
    const number = ++offers;
    port1.onmessage = ({ data }) => {
      if (number < accepted) return;
      if (port != port1) {
        accepted = number;
        clearInterval(timer);
        acceptChannel(port1, isFrame());
      }
      attempt(() => data && handlers[data.type]?.(data));
    };
    attempt(() => getTarget()?.postMessage({ nod: 1 }, origin, [port2]));
    if (!--tries) clearInterval(timer);
  };
  const timer = setInterval(offer, OFFER_INTERVAL);
  setTimeout(offer); // browsers report a blocked frame just after its load event
}

/** The other side accepted the channel. */
function acceptChannel(offered: MessagePort, isFrame: boolean): void {
  port?.close();
  port = offered;
  refresh();
  if (!isFrame) return postToCentre({ type: 'open' });
  blockedNote.hidden = true; // the frame was only slow
  if (state == 'loading') state = 'ready';
  steps[state].open?.();
}

/** Makes a decision for the preference centre. */
function decideFor(m: FrameMessage): void {
  if (!m.action) return;
  const from = readChoiceOrigin(m);
  if (m.policy == core.config.policy) return performAction(core, m.action, m.choice, from);
  // The page is of another version: it came out of a cache, or this page was left open. It showed other texts, so the
  // visitor can only refuse there.
  if (m.action == 'accept_all') return;
  const refused: Choice = makeObject(Object.entries(m.choice || {}).filter(([, isOn]) => !isOn));
  performAction(core, m.action, refused, { ...from, presentation: 'custom' });
}

function postToCentre(m: object): void {
  port?.postMessage(m);
}

function postState(): void {
  postToCentre(Object.assign(makeStateMessage(core), { theme: readTheme(), erasure }));
}

/** The host page's theme, which the frame can't see. */
function readTheme(): Record<string, string> {
  const style = getComputedStyle(core.getRoot().host);
  return makeObject(
    Object.keys(THEME_PROPERTIES).map((name): [string, string] => [
      name,
      style.getPropertyValue('--nod-' + name).trim(),
    ]),
  );
}

/** Opens the preference centre in the frame: where the visitor is in the form, or at the top. */
function openCentre(): void {
  if (!preferences.isOpen()) return;
  postState();
  if (state == 'ready') return postToCentre({ type: 'open', draft: preferences.readDraft() });
  frame?.focus();
  postToCentre({ type: 'open' });
}

/** The frame has drawn what the form showed, and replaces it, unless the visitor did more there meanwhile. A visitor
 * who is about to use a switch is not interrupted. One who came by keyboard, and may be listening to the form, moves to
 * the frame at once. */
function showWhenSame(m: FrameMessage): void {
  clearTimeout(showTimer);
  if (!preferences.isOpen()) return;
  const draft = preferences.readDraft();
  if (m.draft != stringify(draft)) return openCentre();
  const wait = QUIET_TIME - preferences.getQuietTime();
  const isRead = draft.open.length > 0 || !!preferences.form.querySelector('h2:focus-visible');
  if (wait > 0 && !isRead) showTimer = setTimeout(onDrawn, wait, m);
  else showFrame();
}

function showFrame(): void {
  if (!frame) return;
  const focus = preferences.findFocusedStop();
  state = 'shown';
  frame.removeAttribute('tabindex');
  frame.removeAttribute('aria-hidden');
  frame.focus();
  preferences.form.hidden = true;
  postToCentre({ type: 'shown', focus });
}

/** Opens the preference centre in a window, if the frame is blocked. If windows are blocked too, it shows a link: a
 * click may open what a script may not. */
function useWindow(): void {
  // A visitor who began to choose in the form stays there.
  if (!isFormUsed && openWindow()) return;
  blockedNote.hidden = false;
  const link = findElement<HTMLAnchorElement>(blockedNote, 'a');
  link.onclick = () => !openWindow();
  if (!isFormUsed) link.focus();
}

function openWindow(): boolean {
  const w = attempt(() => window.open(address, 'nod-preferences'));
  if (!w) return false;
  state = 'window';
  preferences.dialog.close();
  frame?.remove(); // else it would hear what is meant for the window
  frame = undefined;
  preferences.form.hidden = false;
  port?.close();
  port = undefined;
  offerChannel(() => w, WINDOW_OFFERS);
  return true;
}
