// What to ask, and what may run: app/consent/evaluate.go for the page, because Go can't run before the first tag does.
// Both sides pass the same vectors (app/consent/testdata): change a rule in Go first, then here until the vectors pass.
// apply.ts says what a decision changes, and decide.ts makes decisions.
import type { Answers, Form, Item, State } from './config';
import { findFirst, flatMap } from './list';

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

export const listWithServices = (p: Item): Item[] => [p, ...(p.services || [])];

/** Purposes and services. */
export const listItems = (form: Form): Item[] => flatMap(form.purposes, listWithServices);

export const NOTHING_STORED: Stored = { decision: '', subject: '', answers: [] };

/** The own property of this name. "constructor" is a valid id, and every object inherits one. */
export const getOwn = <T>(answers: Record<string, T> | undefined, id: string): T | undefined =>
  answers && Object.prototype.hasOwnProperty.call(answers, id) ? answers[id] : undefined;

export const findAnswer = (stored: Stored, hash: string): Answer | undefined =>
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
export function findEarlierRefusal(stored: Stored, p: Item, item: Item): Answer | undefined {
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
    let state = form.ended ? 'denied' : stateInTerm(p);
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
