// What the visitor chose and what follows from it: the state of everything, which SDKs may start, what may be answered
// now, and the next decision.
import { attempt } from '../core/attempt';
import type { Answers, Item, State } from '../core/config';
import type { Action, GuardianEvidence, Intent, QueuedDecision } from '../core/core';
import {
  actionAnswers,
  decide as makeDecision,
  isAskedTogether,
  isRefusedButRequired as isRefused,
} from '../core/decide';
import { evaluate, getOwn, listWithServices, Question, Stored } from '../core/evaluate';
import { makeRandomBytes } from '../core/uuid';
import { stringify } from '../core/json';
import { makeObject } from '../core/list';
import { encodeCookie } from '../storage/cookie';
import type { PageMessage, SystemState, Tenant } from './bridge';
import { decisionsURL, isKnownOrigin, page } from './page';
import * as store from './store';
import * as system from './system';

const { form } = page;
const hasGPC = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;

/** An answer that was tapped in the app's own first layer: what it was to, when, and random bytes of its own. */
export interface Tap {
  policy: string;
  language: string;
  presentation: string;
  at: number; // in ms
  seed: Uint8Array; // of 64 bytes
}

let sendToApp: (m: PageMessage) => boolean; // returns whether the app took it
let onChange: () => void;
let tenant: Tenant | undefined;
let guardian: GuardianEvidence | undefined; // only while a decision with a guardian's consent is made
let state: { stored: Stored; question: Question } | undefined;

/** Starts the choices. send gives the app a message, and returns whether the app took it; change is called after each
 * decision. */
export function connect(send: (m: PageMessage) => boolean, change: () => void): void {
  sendToApp = send;
  onChange = change;
  store.connect((external) => send({ type: 'nod:keep', external }));
}

/** Reads the state once for everything that happens now: reading a cookie costs a call to another process. */
function readState(): { stored: Stored; question: Question } {
  if (!state) {
    const stored = store.readStored();
    state = { stored, question: evaluate(form, stored, hasGPC, Date.now()) };
    void Promise.resolve().then(clearCache);
  }
  return state;
}

/** Drops the state that was read: it changed. */
export const clearCache = (): void => void (state = undefined);

export const getQuestion = (): Question => readState().question;

/** An enterprise manages the app for its members. Only the first one counts: a second hello changes nobody's
 * employer. */
export const setTenant = (t?: Tenant): void => void (tenant = tenant || t);

export const getTenant = (): Tenant | undefined => tenant;

/** Whether the enterprise blocks a purpose for its members. It can't grant anything. */
export const isBlockedByTenant = (id: string): boolean =>
  !!tenant && tenant.denied.includes(id) && !form.purposes.some((p) => p.id == id && p.required);

/** The states of purposes and services. */
export function getStates(): Answers {
  const states: Answers = Object.assign(Object.create(null), getQuestion().states);
  for (const p of form.purposes)
    if (isBlockedByTenant(p.id)) for (const i of listWithServices(p)) states[i.id] = 'denied';
  return states;
}

/** For each SDK whether it may start: after the first answer, and while its purpose is granted. An SDK that takes no
 * personal information has no purpose. */
export function getSDKStates(): Answers {
  const states = getStates();
  const sdks: Answers = Object.create(null);
  for (const [id, purpose] of Object.entries(page.sdks)) {
    const isAllowed = !purpose || (getOwn(states, purpose) == 'granted' && !system.isHeldBySystem(purpose));
    sdks[id] = hasAnswered() && isAllowed ? 'granted' : 'denied';
  }
  return sdks;
}

/** Whether the first layer was ever answered. Before that nothing else is asked, and nothing starts. When it is asked
 * again, the other answers stand. */
export function hasAnswered(): boolean {
  const { stored } = readState();
  return !!stored.decision || stored.answers.length > 0;
}

/** Whether the first layer is answered: yes or no to everything that it asks, except what an enterprise blocks. */
export const hasDecided = (): boolean => hasAnswered() && getQuestion().ask.every(isBlockedByTenant);

export const isRefusedButRequired = (p: Item): boolean => isRefused(p, getQuestion());

/** Whether the visitor may grant more. On a site that asks for the age, only an adult may, or someone whose guardian
 * consents. */
export const canGrantMore = (): boolean => !page.ages || store.getAge() == 'adult' || !!guardian;

/** Whether anything optional is granted. */
export function hasGrants(): boolean {
  const states = getStates();
  return form.purposes.some((p) => !p.required && listWithServices(p).some((i) => states[i.id] == 'granted'));
}

/** What these answers grant that is not granted yet. */
export const listNewGrants = (answers: Answers): string[] =>
  Object.keys(answers).filter((id) => answers[id] == 'granted' && getStates()[id] != 'granted');

/** What may be answered now: a visitor who may not grant more can still refuse. What was granted before stays so
 * without being named. */
const filterAllowed = (answers: Answers): Answers =>
  makeObject(Object.entries(answers).filter(([, state]) => state != 'granted' || canGrantMore()));

/** When the newest version that the visitor sees took effect, or was announced: an answer now is not older, whatever
 * the clock here shows. */
function getEffectiveTime(): number {
  const { versions } = page.news || { versions: [] };
  return versions[versions.length - 1]?.at || 0;
}

/** Makes a decision, stores and queues it, and sends it to the app. With a tap it is the same each time. */
export function decide(i: Intent, tap?: Tap): void {
  const answers = filterAllowed(i.answers);
  const services = filterAllowed(i.services);
  const stored = store.readStored();
  const local = store.readLocal();
  const isGrant = Object.values({ ...answers, ...services }).includes('granted');
  const age = page.ages && isGrant && store.getAge();
  const evidence = { ...(tenant?.id && { tenant: tenant.id }), ...(guardian && { guardian }), ...(age && { age }) };
  const made = makeDecision(
    form,
    { ...i, answers, services, ...evidence },
    {
      stored,
      credentials: local,
      context: {
        policy: page.policy,
        language: tap?.language || page.language,
        platform: page.platform,
        gpc: hasGPC,
      },
      now: tap?.at || Date.now(),
      earliest: getEffectiveTime(),
      random: tap?.seed || makeRandomBytes(),
    },
  );
  if (!made) return;
  const { decision, secret } = made;
  const { id, subject } = decision;
  const queued: QueuedDecision = {
    url: decisionsURL,
    id,
    body: stringify(decision),
    bearer: decision.secret ? '' : secret,
  };
  store.saveBoth(made.stored, {
    ...local,
    ...(!isKnownOrigin ? { secret: id } : secret ? { subject, secret } : {}),
    cookie: encodeCookie(made.stored),
    queue: isKnownOrigin ? local.queue.concat(queued) : local.queue,
  });
  clearCache();
  for (const purpose of Object.keys(answers)) system.noteAnswer(purpose, answers[purpose] || 'denied');
  if (!reportDecision(i, id, answers, services)) store.saveLocally();
  onChange();
}

/** Takes over what the system says about a permission, and returns whether that withdraws it: the system denies one
 * whose purpose was granted. */
export function setSystemState(permission: string, says: SystemState): boolean {
  const purpose = getOwn(page.permissions, permission);
  if (!purpose || says == 'unknown') return false;
  const isWithdrawal = system.setSystemState(permission, purpose, says, getQuestion().states[purpose]);
  if (!isWithdrawal) return false;
  decide({
    action: 'withdraw',
    answers: { [purpose]: 'denied' },
    services: {},
    previous: undefined,
    presentation: 'custom', // the system's settings
    permission,
  });
  return true;
}

/** The answer that counts when the app needs a purpose. "unasked" is asked. */
export const getAnswer = (purpose: string): State =>
  system.mustAskAgain(purpose) && !isBlockedByTenant(purpose) ? 'unasked' : getStates()[purpose] || 'denied';

/** Sends the app a decision, and returns whether the app took it. */
function reportDecision(i: Intent, id: string, answers: Answers, services: Answers): boolean {
  return sendToApp({
    type: 'nod:decision',
    site: page.site,
    id,
    action: i.action,
    policy: i.policy || page.policy,
    ...(i.permission && { permission: i.permission }),
    answers,
    services,
    states: { ...getStates() },
    sdks: { ...getSDKStates() },
    external: store.makeAppData(),
  });
}

/** Runs f, whose decisions have the guardian's consent. The consent is for these only, whatever happens in f. */
export function decideWithGuardian(evidence: GuardianEvidence, f: () => void): void {
  guardian = evidence;
  attempt(f);
  guardian = undefined;
}

/** The answers of an action, without grants of what an enterprise blocks. */
export function listActionAnswers(to: 'granted' | 'denied'): Answers {
  const answers = Object.entries(actionAnswers(form, getQuestion(), hasGPC, to));
  return makeObject(answers.filter(([id]) => to == 'denied' || !isBlockedByTenant(id)));
}

/** Accepts or rejects everything that the first layer asks. If there is nothing to accept, or everything is blocked,
 * the grant names the required purposes, so that the visitor is remembered. tap is where the app asked. */
export function decideAll(action: Action, to: 'granted' | 'denied', tap?: Tap): void {
  const answered = listActionAnswers(to);
  let purposes = form.purposes.filter((p) =>
    to == 'denied' ? isAskedTogether(p) : !p.separate && getOwn(answered, p.id),
  );
  if (to == 'granted' && !purposes.length) purposes = form.purposes.filter((p) => p.required);
  const answers: Answers = makeObject(purposes.map((p) => [p.id, to]));
  const presentation = tap?.presentation || page.presentation;
  const policy = tap && tap.policy != page.policy ? tap.policy : undefined;
  decide({ action, answers, services: {}, previous: undefined, presentation, policy }, tap);
}
