// The rules of app/consent, for the page: Go can't run before the first tag does. Both sides pass the same vectors
// (app/consent/testdata): change a rule in Go first, then here until the vectors pass. decide.ts makes decisions.
import type { Answers, Form, Item, State } from './config';
import { findFirst, flatMap } from './list';
import { getDay } from './uuid';

export interface Answer {
  id: string; // '' if the cookie had no room for it
  hash: string;
  granted: boolean;
  day: number; // since 1970-01-01 UTC
  gpc: boolean; // given while a GPC signal was on
}

export interface Stored {
  decision: string; // '' before the first
  subject: string;
  answers: Answer[];
}

export interface Question {
  ask: string[];
  states: Answers;
  signal: string[]; // purposes refused by the GPC signal
}

/** The part of a decision that the rules look at. */
export interface AnsweredDecision {
  id: string;
  previous: string | null;
  subject: string;
  answers: Answers;
  services?: Answers;
  gpc: boolean;
}

export const listWithServices = (p: Item): Item[] => [p, ...(p.services || [])];

/** Purposes and services. */
export const listItems = (form: Form): Item[] => flatMap(form.purposes, listWithServices);

export const NOTHING_STORED: Stored = { decision: '', subject: '', answers: [] };

/** The own property of this name. "constructor" is a valid id, and every object inherits one. */
export const getOwn = <T>(answers: Record<string, T> | undefined, id: string): T | undefined =>
  answers && Object.prototype.hasOwnProperty.call(answers, id) ? answers[id] : undefined;

const findAnswer = (stored: Stored, hash: string): Answer | undefined =>
  findFirst(stored.answers, (a) => a.hash == hash);

/** Of two answers to the same content a denial counts. */
export function addAnswer(answers: Answer[], a: Answer): void {
  let i = 0;
  while (answers[i] && answers[i]!.hash != a.hash) i++;
  if (!answers[i] || !a.granted) answers[i] = a;
}

/** Maps answers to earlier contents that still count to the present contents. If two become answers to the same
 * content, the denial counts. */
export function mapToCurrentHashes({ equivalents }: Form, s: Stored): Stored {
  const answers: Answer[] = [];
  for (const a of s.answers) addAnswer(answers, { ...a, hash: getOwn(equivalents, a.hash) || a.hash });
  return { ...s, answers };
}

/** The refusal of a purpose that is required now, or of a service of it, from when it was optional. It holds until an
 * express grant of the purpose. */
function findEarlierRefusal(stored: Stored, p: Item, item: Item): Answer | undefined {
  const a = p.required && item.was_refusable && findAnswer(stored, item.hash);
  return a && !a.granted ? a : undefined;
}

/** consent.Evaluate, which has the rules as tables. now is in milliseconds; stored is mapped to current hashes. */
export function evaluate(form: Form, stored: Stored, gpc: boolean, now: number): Question {
  const q: Question = { ask: [], states: Object.create(null) as Answers, signal: [] }; // nothing is inherited
  const today = Math.floor(now / 864e5);
  const isUnderSignal = (p: Item): boolean | undefined => gpc && p.gpc;

  /** The state by the answer to the item's present content, while that is in its term. */
  function stateInTerm(item: Item): State {
    const a = findAnswer(stored, item.hash);
    const days = a && a.granted ? form.granted_days : item.rest || form.denied_days;
    if (!a || a.day > today + 1 || today >= a.day + days) return 'unasked';
    return a.granted ? 'granted' : 'denied';
  }

  function serviceState(p: Item, service: Item, purpose: State): State {
    if (HAS_EQUIVALENTS && findEarlierRefusal(stored, p, service)) return 'denied';
    const own = findAnswer(stored, service.hash);
    if (p.required || !own) return purpose;
    if (isUnderSignal(p) && own.granted && !own.gpc) return 'denied';
    const state = stateInTerm(service);
    return state == 'granted' ? purpose : state;
  }

  for (const p of form.purposes) {
    let state = stateInTerm(p);
    if (p.required) state = HAS_EQUIVALENTS && findEarlierRefusal(stored, p, p) ? 'denied' : 'granted';
    else if (isUnderSignal(p) && !((state == 'granted' && findAnswer(stored, p.hash)!.gpc) /* it grants */)) {
      state = 'denied';
      q.signal.push(p.id);
    } else if (state == 'unasked' && !p.separate) q.ask.push(p.id);
    q.states[p.id] = state;
    for (const s of p.services || []) q.states[s.id] = serviceState(p, s, state);
  }
  return q;
}

/** A decision while it is applied to what is stored. */
interface Application {
  form: Form;
  stored: Stored;
  act: AnsweredDecision;
  isAware: boolean; // the decision knows of the last one
}

/** The decision's answer to an item. Without knowledge of the last decision, it does not lift that one's denial. */
const makeAnswer = ({ act, isAware }: Application, { id, hash }: Item, state: State, old?: Answer): Answer => ({
  id,
  hash,
  granted: state == 'granted' && (isAware || !old || old.granted),
  day: getDay(act.id),
  gpc: act.gpc,
});

/** The own answer of a service, if it has one. purpose is the earlier answer to its purpose. */
function findServiceAnswer(a: Application, p: Item, service: Item, purpose?: Answer): Answer | undefined {
  const own = findAnswer(a.stored, service.hash);
  const named = getOwn(a.act.services, service.id);
  if (named) return makeAnswer(a, service, named, own || purpose);
  const followsPurpose = getOwn(a.act.answers, p.id) && (a.isAware || (own && own.granted));
  return followsPurpose ? undefined : own;
}

/** The answers to an optional purpose and its services. */
function listPurposeAnswers(a: Application, p: Item): Answer[] {
  const answers: Answer[] = [];
  const old = findAnswer(a.stored, p.hash);
  const state = getOwn(a.act.answers, p.id);
  const now = state ? makeAnswer(a, p, state, old) : old;
  if (now) answers.push({ ...now, id: p.id });
  for (const s of p.services || []) {
    const own = findServiceAnswer(a, p, s, old);
    if (own && (!now || own.granted != now.granted || own.gpc != now.gpc)) answers.push({ ...own, id: s.id });
  }
  return answers;
}

/** The earlier refusals of a required purpose and its services that the decision does not lift. */
function listEarlierRefusals(a: Application, p: Item): Answer[] {
  const answers: Answer[] = [];
  if (a.isAware && getOwn(a.act.answers, p.id) == 'granted') return answers;
  for (const item of listWithServices(p)) {
    const refusal = findEarlierRefusal(a.stored, p, item);
    if (refusal) answers.push({ ...refusal, id: item.id });
  }
  return answers;
}

/** Whether the decision answers a purpose or service: a purpose's answer is that of its services. */
const isMentioned = ({ form, act }: Application, id: string): boolean =>
  !!getOwn(act.services, id) ||
  !!findFirst(form.purposes, (p) => getOwn(act.answers, p.id) && findFirst(listWithServices(p), (i) => i.id == id));

/** Stored.Apply: what is stored after a decision. stored is mapped to current hashes. */
export function applyDecision(form: Form, stored: Stored, act: AnsweredDecision): Stored {
  const a = { form, stored, act, isAware: stored.decision == (act.previous || '') };
  const answers = flatMap(form.purposes, (p) => {
    if (!p.required) return listPurposeAnswers(a, p);
    return HAS_EQUIVALENTS ? listEarlierRefusals(a, p) : [];
  });
  // An answer to a content that this form does not know stays: the form may be an older one, out of a cache.
  const items = listItems(form);
  for (const old of stored.answers) {
    const isUnknown = !findFirst(items, (i) => i.hash == old.hash);
    if (isUnknown && !(isMentioned(a, old.id) && (a.isAware || old.granted))) answers.push(old);
  }
  return { decision: act.id, subject: act.subject, answers };
}
