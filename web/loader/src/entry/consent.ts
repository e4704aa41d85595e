// consent.js: closes the gate, reads the stored answers, and asks what must be asked. It runs before the page's other
// scripts, and nothing in it may throw into the page.
import { api, MARK, onClick } from '../consent/api';
import { isKnownOrigin, serverBase } from '../consent/addresses';
import { renderBanner, showReopenNotice } from '../consent/banner';
import {
  cleanUpIfNeeded,
  clearCookies,
  listenToTabs,
  sendWithoutMore,
  syncIfDecided,
  syncState,
} from '../consent/decisions';
import { queueBlocked } from '../consent/events';
import { importPart, withMore, withMoreIfPossible } from '../consent/more-loader';
import { getState, isGranted, question, readState, stored } from '../consent/state';
import { runAfterPaint } from '../core/after-paint';
import { attempt } from '../core/attempt';
import { config } from '../core/config';
import { isSavingData } from '../core/data-saver';
import { getTrustedPolicy } from '../core/trusted-types';
import * as calls from '../gate/call-hooks';
import { releaseCalls } from '../gate/held-calls';
import * as tagged from '../gate/tagged-watch';
import { setGrantCheck } from '../gate/host-list';
import { readLocal, recoverRefusals } from '../storage/storage';
import { getReopenNotice } from '../ui/policy-changes';
import * as surface from '../ui/surface';

const LATE_WORK_DELAY = 3e3 * TIME_SCALE; // after the page's load, in ms: the visitor still reads the banner
const MAX_LOAD_TIME = 3e3 * TIME_SCALE; // in ms; then the rest need not wait for the page's load
const FOCUS_PAUSE = 300 * TIME_SCALE; // in ms: a press of a button moves the focus, and what it allows loads first

/** The visitor may be about to open the preferences: what takes long the first time is done before that. */
const preloadPreferences = (): void => withMoreIfPossible((m) => m.preloadPreferences(), 0);

let isPlanned = false;
let drawBanner: () => void; // unless it is drawn

/** Plans what can wait until some time after the page's load, or takes too long to load. The first read from
 * localStorage opens it, which takes longer than everything else together; so it comes late. */
function planLateWork(): void {
  if (isPlanned) return;
  isPlanned = true;
  if (document.readyState != 'complete') tagged.apply(); // draws placeholders
  setTimeout(() => {
    drawBanner();
    if (surface.isBannerOpen() && !isSavingData()) preloadPreferences();
    attempt(doLateWork);
  }, LATE_WORK_DELAY);
}

/** Listens to the visitor, and to what other tabs, windows and frames decide; the cookie says what. Nobody decides
 * there while this window has the focus. Not all decisions cause an event of the storage here, so the page also looks
 * when the visitor comes back to it. */
function listen(): void {
  addEventListener('click', onClick, true); // before the page's own listeners, which may stop it
  addEventListener('auxclick', onClick, true);
  addEventListener('focusin', onFocus, true);
  addEventListener('pageshow', onShown);
  addEventListener('focus', syncIfDecided);
  addEventListener('blur', listenToTabs);
  addEventListener('visibilitychange', onShown);
}

let isComingBack = false;

/** Comes back to a page that replaced its root or removed our parts. If it does so again and again, our parts flash
 * fewer than three times a second (WCAG 2.2, 2.3.1). */
function comeBack(): void {
  if (isComingBack || surface.isInPlace()) return;
  isComingBack = true;
  setTimeout(() => {
    isComingBack = false;
    listen(); // a page that is written again has none
    listenToTabs();
    syncState();
  }, 400);
}

/** Looks again on a page that the visitor comes back to, perhaps by the history. */
function onShown(e: Event): void {
  if ((e as PageTransitionEvent).persisted === false || document.hidden) return;
  syncState();
  sendWaiting();
}

function doLateWork(): void {
  listenToTabs();
  syncIfDecided();
  addEventListener('online', sendWaiting);
  if (HAS_EQUIVALENTS) attempt(() => showReopenNotice(getReopenNotice(stored.decision)));
  sendWaiting();
  cleanUpIfNeeded();
}

function sendWaiting(): void {
  if (isKnownOrigin && readLocal().queue.length) withMore((m) => m.sendQueue(), sendWithoutMore);
}

/** Follows the focus. A page's focus trap, such as that of an open dialog, does not hear that it is on our parts: it
 * would take it back. */
function onFocus(e: FocusEvent): void {
  const isOurs = surface.isOurs(e.target);
  const before = e.relatedTarget;
  if (isOurs) e.stopPropagation();
  if (isOurs || surface.isBannerOpen()) withMoreIfPossible((m) => m.followFocus(isOurs, before), FOCUS_PAUSE);
}

/** In strict mode a request is blocked without a look at the state, which pages hear of first. */
const reportBlocked = STRICT ? (b: unknown) => (readState(), queueBlocked(b)) : queueBlocked;

type StarterModule = typeof import('./starter');

/** Placeholders and templates are for more.js, once the page is at rest. */
const onEmbed = (): unknown =>
  (isPlanned || document.readyState == 'complete') && withMore((m) => m.renderPlaceholders());

const loadStarter = (trees: Node[]): Promise<tagged.Starter> =>
  importPart(config.starter, (m: StarterModule) => {
    readState();
    return m.start(getTrustedPolicy(), trees, isGranted, onEmbed, surface.scriptNonce, question.states);
  });

/** Reads the state, and removes what scripts of refused purposes wrote again on the last page. */
const readAndClear = (): void =>
  attempt(() => {
    readState();
    clearCookies();
  });

function start(): void {
  const w = window as unknown as { nod?: { [MARK]?: 1 } };
  const stub = w.nod; // perhaps a frame of that name, which throws
  if (stub && attempt(() => stub[MARK])) return; // the page has a second tag
  // If a page prevents one of these, the others still run.
  attempt(() => (w.nod = api));
  setGrantCheck(isGranted);
  if (HOLD) releaseCalls(getState);
  attempt(() => calls.watch(reportBlocked));
  attempt(() => tagged.watch(loadStarter, comeBack));
  listen();
  surface.start(serverBase, preloadPreferences);
  // The page's first paint comes first. A banner that the page asked for meanwhile stays.
  drawBanner = runAfterPaint(() => {
    readAndClear(); // if the page broke promises
    if (!stored.decision && attempt(recoverRefusals)) syncState();
    if (!surface.isBannerOpen()) renderBanner();
    if (!attempt(() => document.hasFocus())) listenToTabs(); // an element of that name hides the function
  });
  addEventListener('load', planLateWork);
  setTimeout(planLateWork, document.readyState == 'complete' ? 0 : MAX_LOAD_TIME);
  if (Array.isArray(stub)) api.push(...(stub as [string, ...unknown[]][]));
  // Before the page's next script, but not in this one: Chromium notes the stack of what reads cookies, and to do so it
  // parses the functions of the stack again, this whole script among them.
  void Promise.resolve().then(readAndClear);
}

attempt(start);
