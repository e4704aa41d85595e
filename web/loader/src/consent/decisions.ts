// Decisions of the visitor on this page: made, stored, applied, reported and sent, in that order.
import { runAfterPaint } from '../core/after-paint';
import { attempt } from '../core/attempt';
import { Answers, config, Item } from '../core/config';
import type { Action, Choice, ChoiceOrigin, Intent } from '../core/core';
import { actionAnswers, decide as makeDecision, isRefusedButRequired } from '../core/decide';
import { getRootElement, readCookies } from '../core/dom';
import { items } from '../core/items';
import { stringify } from '../core/json';
import { getOwn, type Question } from '../core/evaluate';
import { makeRandomBytes } from '../core/uuid';
import { expectDead } from '../gate/dead-address';
import * as tagged from '../gate/tagged-watch';
import { releaseCalls } from '../gate/held-calls';
import { encodeCookie } from '../storage/cookie';
import { expireCookie } from '../storage/expire-cookie';
import { sendPlainly } from '../storage/plain-sender';
import { readLocal, readStored, writeLocal, writeStored } from '../storage/storage';
import { listForeignCookies, matchesPattern } from '../storage/stored-names';
import { postDecision } from '../storage/transport';
import * as changes from '../ui/policy-changes';
import * as surface from '../ui/surface';
import { decisionsURL, isKnownOrigin } from './addresses';
import { renderBanner, shownChange } from './banner';
import { addEvent, flushEvents } from './events';
import { loadMore, more, withMore } from './more-loader';
import { getState, hasGPC, isGranted, listAnswers, pickAnswers, question, readState, setStored, stored } from './state';

const { form } = config;
const CUSTOM: ChoiceOrigin = { presentation: 'custom' };

/** Applies the present state to the page, but for the gate: the banner, open preferences. */
function applyState(before: Question): void {
  attempt(clearCookies);
  if (HOLD) releaseCalls(getState);
  renderBanner();
  if (more) more.refresh();
  if (stringify(before.states) == stringify(question.states)) return;
  expectDead();
  addEvent('change', listAnswers());
  // more.js finds out whether the page has to be loaded again.
  if (getRootElement().querySelector('[data-nod=ran]')) void loadMore();
}

/** Whether an entry of the browser's storage has to go: one of a refused purpose, and in strict mode also one of none.
 * A granted purpose may keep it. */
export function hasToGo(area: string, name: string): boolean {
  const keepers = items.filter((i) => (i.kept || []).some((k) => matchesPattern(k, area + ':' + name)));
  const isRefused = STRICT || keepers.some((i) => question.states[i.id] == 'denied');
  return isRefused && !keepers.some((i) => isGranted(i.id));
}

const hasCookieToGo = (name: string): boolean => hasToGo('cookie', name);

/** Removes the cookies of refused purposes. Scripts may write them again until the page is gone, so each page begins
 * with this. To read cookies takes time, so it is left out while nothing is refused. */
export function clearCookies(): void {
  if (!STRICT && !items.some((i) => question.states[i.id] == 'denied')) return;
  for (const name of listForeignCookies()) if (hasCookieToGo(name)) expireCookie(name);
}

/** Removes what else refused purposes stored, and repairs a cookie that has a guard (more.ts). It loads the other half
 * only if there seems to be something. */
export function cleanUpIfNeeded(): void {
  const hasEntry = (): boolean => Object.keys(localStorage).some((key) => hasToGo('local', key));
  const hasGuard = readCookies().includes('nod-newer=');
  if (STRICT || hasGuard || listForeignCookies().some(hasCookieToGo) || attempt(hasEntry)) withMore((m) => m.cleanUp());
}

/** Sends what waits without the other half, which can't be had. */
export function sendWithoutMore(): void {
  if (isKnownOrigin) sendPlainly(decisionsURL).catch(() => {});
}

/** Makes a decision. First comes what must not get lost, and only then the page's own code, which may decide again or
 * leave the page. */
export function decide(intent: Intent): void {
  finishLast();
  const before = question;
  const local = readLocal();
  const made = makeDecision(form, intent, {
    stored: readStored(), // another tab may have decided meanwhile
    credentials: local,
    context: { policy: config.policy, language: config.language, platform: 'web', gpc: hasGPC },
    now: Date.now(),
    earliest: HAS_EQUIVALENTS ? changes.getEffectiveTime() : 0,
    random: makeRandomBytes(),
  });
  if (!made) return; // no answer: no cookie, no record
  const { decision, secret } = made;
  setStored(made.stored);
  writeStored(stored);
  const { id } = decision;
  const queued = { url: decisionsURL, id, body: stringify(decision), bearer: decision.secret ? '' : secret };
  attempt(() => more && more.abortStaleRenewal());
  // This also notifies other tabs, which then read the cookie.
  attempt(() =>
    writeLocal({
      ...local,
      ...(!isKnownOrigin ? { secret: id } : secret && { subject: decision.subject, secret }),
      cookie: encodeCookie(stored),
      queue: isKnownOrigin ? [...local.queue, queued] : local.queue,
    }),
  );
  attempt(tagged.apply);
  attempt(() => question.ask.length || surface.hideBanner());
  const rest = (): void => {
    // The decision is sent before the other half is loaded, because the visitor may leave the page. Waiting ones go
    // first.
    const sent = more || !isKnownOrigin || local.queue.length ? undefined : postDecision(queued);
    if (sent) sent.catch(() => {});
    attempt(() => applyState(before));
    addEvent('decision', { id, action: decision.action, answers: decision.answers, services: decision.services });
    flushEvents();
    withMore((m) => m.finishDecision(id, sent), sendWithoutMore);
  };
  if (!click) return rest();
  finishLast = runAfterPaint(rest);
  addEventListener('pagehide', finishLast);
}

/** What is under way: no click, one on a button of the page, or one on our own by a script or by the visitor. */
type Click = 0 | 1 | 2 | 3;

let click: Click = 0; // the page shows the result of a click at once, and the slow part follows
export let finishLast = (): void => {}; // runs the slow part of the last click now

/** Runs what a click is for. */
export function runForClick(f: () => void, from: Click): void {
  readState();
  click = from;
  attempt(f);
  click = 0;
}

/** What a decision was made with. Only a click in the banner proves that the visitor saw it: scripts and the page's own
 * buttons decide as a page with its own interface. */
const getPresentation = (shown: string): string => (click > 2 ? shown : 'custom');

export const listActionAnswers = (to: 'granted' | 'denied'): Answers => actionAnswers(form, question, hasGPC, to);

/** Gives the same answer to these purposes, or to all. */
function decideAlike(action: Action, to: 'granted' | 'denied', ids: string[], from: ChoiceOrigin): void {
  decide({ action, answers: pickAnswers(listActionAnswers(to), ids), services: {}, ...from });
}

/** Accepts or rejects everything. The banner's own buttons answer what it asks. */
const decideAll = (action: Action, to: 'granted' | 'denied'): void =>
  decideAlike(action, to, click > 1 ? question.ask : [], { presentation: getPresentation(config.presentation) });

export const acceptAll = (): void => decideAll('accept_all', 'granted');
export const rejectAll = (): void => decideAll('reject_all', 'denied');

export function save(choice: Choice, from: ChoiceOrigin = CUSTOM): void {
  const answers: Answers = {};
  const services: Answers = {};
  const copyAnswer = ({ id }: Item, into: Answers): void => {
    const v = getOwn(choice, id);
    if (v !== undefined) into[id] = v === true || v == 'granted' ? 'granted' : 'denied';
  };
  for (const p of form.purposes) {
    if (HAS_EQUIVALENTS && isRefusedButRequired(p, question) && (from != CUSTOM || question.states[p.id] == 'denied')) {
      copyAnswer(p, answers);
      if (answers[p.id] == 'denied') delete answers[p.id]; // it is denied already
    }
    if (p.required) continue;
    copyAnswer(p, answers);
    for (const s of p.services || []) copyAnswer(s, services);
  }
  decide({ action: 'save', answers, services, ...from });
}

export function withdraw(purposes?: string | string[], from: ChoiceOrigin = CUSTOM): void {
  const ids = typeof purposes == 'string' ? [purposes] : purposes || [];
  decideAlike('withdraw', 'denied', ids, from);
}

/** Acknowledges a change that asks nothing else, or keeps the earlier version. */
function acknowledge(policy: string, presentation: string): void {
  const answers: Answers = {};
  // Accepting a change that reduces rights grants what could be refused under the earlier version.
  if (shownChange?.keep && policy == config.policy)
    for (const p of form.purposes) if (isRefusedButRequired(p, question)) answers[p.id] = 'granted';
  decide({ action: 'save', answers, services: {}, policy, presentation: getPresentation(presentation) });
}

export function acknowledgeChange(): void {
  if (shownChange && surface.isBannerOpen()) acknowledge(config.policy, config.presentation);
}

export function keepEarlierVersion(): void {
  if (shownChange?.keep && surface.isBannerOpen()) acknowledge(shownChange.from, shownChange.keep);
}

/** Takes over what another tab or the server decided. */
export function syncState(): void {
  readState();
  const before = question;
  const { decision } = stored;
  setStored(readStored());
  if (more && stored.decision != decision) more.abortStaleRenewal();
  attempt(tagged.apply);
  attempt(() => applyState(before));
  flushEvents();
}

/** Takes over what another tab or the server decided, if the cookie is of another decision than the state. */
export function syncIfDecided(): void {
  if (readStored().decision != stored.decision) syncState();
}

/** Listens to what other tabs store. Chromium opens localStorage and sessionStorage for it, which takes some ms. */
export const listenToTabs = (): void => addEventListener('storage', followTabs);

/** Follows a decision of another tab. That wrote the cookie first, but Chromium may tell of localStorage before this
 * page can read the cookie. */
function followTabs(): void {
  for (const delay of [0, 50, 500, 3e3]) setTimeout(syncIfDecided, delay); // in ms
}
