// The preference centre: a page of ours in a frame, in the dialog. The frame can't read this page's cookie, so it gets
// the state over a MessageChannel. Only our own origin gets the channel's port, and only that port is listened to.
//
// Its life cycle:
//
//     idle ──open──▶ loading ──the frame answers──▶ ready ──it shows what the pane shows──▶ shown
//                     ▲   │                           │                                       │
//                open │   │ no answer in time         │ blocked                               │ blocked
//                     │   ▼ or blocked                ▼                                       ▼
//                    window: the same page in a window of its own
//
// Closing the dialog changes no state: a frame that is ready or shown is there at once the next time.
import { performAction, ActionCore } from './actions';
import { attempt } from '../core/attempt';
import type { Choice, Core } from '../core/core';
import { findElement } from '../core/find';
import { THEME_PROPERTIES } from './preferences-form';
import { FrameMessage, readChoiceOrigin, makeStateMessage, StateSource } from './frame-message';
import * as pane from './preferences-dialog';

const OFFER_INTERVAL = 150; // between two offers of the channel, in ms
const MAX_ANSWER_CHECKS = 20; // as many times that, a frame that says nothing is taken for blocked
const FRAME_OFFERS = 3; // the frame's script has run by the time of its load event
const WINDOW_OFFERS = 40; // nothing tells when the window is there
const QUIET_TIME = 500 * TIME_SCALE; // without a hand on the dialog, in ms, before the frame takes its place

type State = 'idle' | 'loading' | 'ready' | 'shown' | 'window';

/** What a state does when the preferences open, when details are opened that only the frame has, and when the frame has
 * drawn a draft. */
interface StateSteps {
  open?: () => void;
  detail?: () => void;
  drawn?: (m: FrameMessage) => void;
}

export type FrameCore = ActionCore & StateSource & Pick<Core, 'serverBase' | 'isKnownOrigin' | 'getRoot'>;

let core: FrameCore;
let state: State = 'idle';
let frame: HTMLIFrameElement | undefined;
let port: MessagePort | undefined; // of the frame, or of the window
let isBlocked = false; // the page's own rules let no frame of ours in
let isFormUsed = false; // somebody has begun to choose in the pane
let showTimer: ReturnType<typeof setTimeout> | undefined;
let answerTimer: ReturnType<typeof setInterval> | undefined;
let blockedNote: HTMLElement; // that the frame is blocked
let origin: string;
let address: string;

const loadAtRest = (): void => pane.runAtRest(loadFrame); // a frame as it begins takes long enough to be felt

const steps: Record<State, StateSteps> = {
  idle: { open: loadAtRest, detail: loadFrame },
  loading: {},
  ready: { open: openCentre, detail: openCentre, drawn: showWhenSame },
  shown: { open: openCentre, detail: openCentre },
  window: { open: loadAtRest, detail: loadFrame },
};

const onDrawn = (m: FrameMessage): void => steps[state].drawn?.(m);

/** What is done with a message, by its type. */
const handlers: Record<string, (m: FrameMessage) => void> = {
  close: () => pane.dialog.close(),
  drawn: onDrawn,
  decide: decideFor,
};

/** Begins to listen; the dialog is on the page. */
export function start(from: FrameCore): void {
  const { serverBase, config } = (core = from);
  origin = new URL(serverBase).origin;
  // The address names the policy's version so that no cache gives another one's.
  address = serverBase + config.site + '/preferences?lang=' + config.language + '&policy=' + config.policy;
  blockedNote = findElement(pane.dialog, '#nod-blocked');
  for (const type of ['pointerdown', 'wheel', 'keydown'])
    pane.form.addEventListener(type, () => (isFormUsed = true), { passive: true });
  pane.form.addEventListener('toggle', () => steps[state].detail?.(), true);
  pane.dialog.addEventListener('close', () => clearInterval(answerTimer));
  addEventListener('securitypolicyviolation', onViolation);
  attempt(() => matchMedia('(prefers-color-scheme: dark)').addEventListener('change', postState));
}

/** Opens the preferences. */
export function open(): void {
  pane.open();
  isFormUsed = false;
  if (!core.isKnownOrigin) return;
  if (isBlocked) return useWindow();
  steps[state].open?.();
  awaitAnswer();
}

/** Tells the preference centre how things stand now. */
export function refresh(): void {
  if (pane.isOpen() && !pane.form.hidden) pane.refresh();
  postState();
}

function onViolation(e: SecurityPolicyViolationEvent): void {
  if (e.disposition != 'enforce' || !/^(frame|child|default)-src/.test(e.effectiveDirective)) return;
  if (attempt(() => new URL(e.blockedURI).origin) != origin) return;
  isBlocked = true;
  if (pane.isOpen()) useWindow();
}

/** Waits for the frame's word, in steps: a machine that is too busy for those is too busy for the frame. */
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
  if (frame || isBlocked || !core.isKnownOrigin || !pane.isOpen()) return;
  const f = (frame = document.createElement('iframe'));
  state = 'loading';
  f.title = pane.dialog.getAttribute('aria-label') || '';
  f.tabIndex = -1;
  f.setAttribute('aria-hidden', 'true');
  f.addEventListener('load', () => offerChannel(() => f.contentWindow, FRAME_OFFERS));
  f.src = address;
  pane.dialog.append(f);
}

/** Offers a channel to the frame or the window until it takes it. Only a page of our own origin gets the message. */
function offerChannel(to: () => Window | null, tries: number): void {
  let taken = 0; // which of the offers; the other side holds on to the newest, but answers may come in any order
  let offers = 0;
  const isFrame = (): boolean => !!frame && to() == frame.contentWindow;
  const offer = (): void => {
    if (isBlocked && isFrame()) return clearInterval(timer); // nobody is there; the console would say so each time
    const { port1, port2 } = new MessageChannel();
    const mine = ++offers;
    port1.onmessage = ({ data }) => {
      if (mine < taken) return;
      if (port != port1) {
        taken = mine;
        clearInterval(timer);
        acceptChannel(port1, isFrame());
      }
      attempt(() => data && handlers[data.type]?.(data));
    };
    attempt(() => to()?.postMessage({ nod: 1 }, origin, [port2]));
    if (!--tries) clearInterval(timer);
  };
  const timer = setInterval(offer, OFFER_INTERVAL);
  offer();
}

/** The other side took the channel. */
function acceptChannel(offered: MessagePort, isFrame: boolean): void {
  port?.close();
  port = offered;
  refresh();
  if (!isFrame) return postToCentre({ type: 'open' });
  blockedNote.hidden = true; // it was only slow
  if (state == 'loading') state = 'ready';
  steps[state].open?.();
}

function decideFor(m: FrameMessage): void {
  if (!m.action) return;
  const from = readChoiceOrigin(m);
  if (m.policy == core.config.policy) return performAction(core, m.action, m.choice, from);
  // A page of another version, out of a cache or because this one was left open, showed other words: there one can
  // refuse, and nothing else.
  if (m.action == 'accept_all') return;
  const refused: Choice = Object.fromEntries(Object.entries(m.choice || {}).filter(([, on]) => !on));
  performAction(core, m.action, refused, { ...from, presentation: 'custom' });
}

function postToCentre(m: object): void {
  port?.postMessage(m);
}

function postState(): void {
  postToCentre(Object.assign(makeStateMessage(core), { look: readTheme() }));
}

/** How the page wants us to look, which the frame can't see. */
function readTheme(): Record<string, string> {
  const style = getComputedStyle(core.getRoot().host);
  return Object.fromEntries(
    Object.keys(THEME_PROPERTIES).map((name) => [name, style.getPropertyValue('--nod-' + name).trim()]),
  );
}

/** Opens the frame's page: where the visitor is in the pane, or at its beginning. */
function openCentre(): void {
  if (!pane.isOpen()) return;
  postState();
  if (state == 'ready') return postToCentre({ type: 'open', draft: pane.readDraft() });
  frame?.focus();
  postToCentre({ type: 'open' });
}

/** The frame shows what the pane showed: it takes its place, unless more was done there meanwhile. A hand on its way to
 * a switch is let finish; who came by keyboard and may be listening to the pane is taken on at once. */
function showWhenSame(m: FrameMessage): void {
  clearTimeout(showTimer);
  if (!pane.isOpen()) return;
  const draft = pane.readDraft();
  if (m.draft != JSON.stringify(draft)) return openCentre();
  const wait = QUIET_TIME - pane.getQuietTime();
  const isRead = draft.open.length > 0 || !!pane.form.querySelector('h2:focus-visible');
  if (wait > 0 && !isRead) showTimer = setTimeout(onDrawn, wait, m);
  else showFrame();
}

function showFrame(): void {
  if (!frame) return;
  const focus = pane.findFocusedStop();
  state = 'shown';
  frame.removeAttribute('tabindex');
  frame.removeAttribute('aria-hidden');
  frame.focus();
  pane.form.hidden = true;
  postToCentre({ type: 'shown', focus });
}

/** Where the frame is blocked: the same page in a window, linked to this one. Where windows are blocked too: a link,
 * for a click may open what the script alone may not. */
function useWindow(): void {
  // A visitor who has begun to choose in the pane stays there.
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
  pane.dialog.close();
  frame?.remove(); // two of them would take each other's word
  frame = undefined;
  pane.form.hidden = false;
  port?.close();
  port = undefined;
  offerChannel(() => w, WINDOW_OFFERS);
  return true;
}
