// The rules of app/consent, for the page: Go can't run before the first tag does. Both sides pass the same vectors
// (app/consent/testdata), so a rule is changed in Go first, and here until the vectors hold again.
import type { Answers, Form, Item, State } from './config';
import { dayOf, packUUID, unpackUUID } from './bytes';

export interface Answer {
  id: string; // '' where the cookie had no room for it
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
export interface Act {
  id: string;
  previous: string | null;
  subject: string;
  answers: Answers;
  services?: Answers;
  gpc: boolean;
}

/** Purposes and services. */
export const itemsOf = (form: Form): Item[] => form.purposes.flatMap((p) => [p, ...(p.services || [])]);

export const nothing: Stored = { decision: '', subject: '', answers: [] };

/** "constructor" is a good id, and in every object: only an own property is an answer. */
export const given = <T>(answers: Record<string, T> | undefined, id: string): T | undefined =>
  answers && Object.prototype.hasOwnProperty.call(answers, id) ? answers[id] : undefined;

const find = (stored: Stored, hash: string): Answer | undefined => stored.answers.find((a) => a.hash == hash);

/** The answers as ones to the form's contents of now, where those to an earlier content stand; of two that come to the same, the denial. */
export function bring({ equivalents }: Form, s: Stored): Stored {
  const answers: Answer[] = [];
  for (const a of s.answers) add(answers, { ...a, hash: given(equivalents, a.hash) || a.hash });
  return { ...s, answers };
}

/** The refusal of a purpose that is required now, or of a service of one, from when it could be refused: it holds until an express yes to
 * the purpose. */
function refused(stored: Stored, p: Item, item: Item): Answer | undefined {
  const a = p.required && item.was_refusable && find(stored, item.hash);
  return a && !a.granted ? a : undefined;
}

/** consent.Evaluate: what is asked now, and how things stand until it is answered. now is in milliseconds. */
export function evaluate(form: Form, stored: Stored, gpc: boolean, now: number): Question {
  const q: Question = { ask: [], states: Object.create(null) as Answers, signal: [] }; // nothing is inherited
  const today = Math.floor(now / 864e5);
  const held = (item: Item): Answer | undefined => {
    const a = find(stored, item.hash);
    return a && a.day <= today + 1 && today < a.day + (a.granted ? form.granted_days : item.rest || form.denied_days) ? a : undefined;
  };
  const stateOf = (a: Answer | undefined): State => (a ? (a.granted ? 'granted' : 'denied') : 'unasked');
  for (const p of form.purposes) {
    const a = held(p);
    const signalled = p.gpc && gpc && !p.required;
    let state = stateOf(a);
    if (p.required) state = HAS_EQUIVALENTS && refused(stored, p, p) ? 'denied' : 'granted';
    else if (signalled && !(a && a.granted && a.gpc)) {
      state = 'denied';
      q.signal.push(p.id);
    } else if (!a && !p.separate) q.ask.push(p.id);
    q.states[p.id] = state;
    for (const s of p.services || []) {
      const own = find(stored, s.hash);
      const mine = stateOf(held(s));
      q.states[s.id] = HAS_EQUIVALENTS && refused(stored, p, s) ? 'denied' : p.required || !own ? state : signalled && own.granted && !own.gpc ? 'denied' : mine == 'granted' ? state : mine;
    }
  }
  return q;
}

/** Stored.Apply: what is remembered after a decision. */
export function apply(form: Form, stored: Stored, act: Act): Stored {
  const next: Stored = { decision: act.id, subject: act.subject, answers: [] };
  const aware = stored.decision == (act.previous || '');
  const answer = (item: Item, state: State, old?: Answer): Answer => ({
    id: item.id,
    hash: item.hash,
    granted: state == 'granted' && (aware || !old || old.granted),
    day: dayOf(act.id),
    gpc: act.gpc,
  });
  const keep = (item: Item, a: Answer) => next.answers.push({ ...a, id: item.id });
  for (const p of form.purposes) {
    if (HAS_EQUIVALENTS && p.required && !(aware && given(act.answers, p.id) == 'granted'))
      for (const item of [p, ...(p.services || [])]) {
        const a = refused(stored, p, item);
        if (a) keep(item, a);
      }
    if (p.required) continue;
    const old = find(stored, p.hash);
    const state = given(act.answers, p.id);
    const now = state ? answer(p, state, old) : old;
    if (now) keep(p, now);
    for (const s of p.services || []) {
      let own = find(stored, s.hash);
      const named = given(act.services, s.id);
      if (named) own = answer(s, named, own || old);
      else if (!own || (state && (aware || own.granted))) continue;
      if (!now || own.granted != now.granted || own.gpc != now.gpc) keep(s, own);
    }
  }
  // An answer to a content that this form does not know stands: the form may be an older one, out of a cache.
  const speaks = (id: string): unknown => given(act.services, id) || form.purposes.some((p) => given(act.answers, p.id) && (p.id == id || (p.services || []).some((s) => s.id == id)));
  for (const a of stored.answers) if (!itemsOf(form).some((i) => i.hash == a.hash) && (!speaks(a.id) || (!aware && !a.granted))) next.answers.push(a);
  return next;
}

/** consent.EncodeCookie; the format is written down there. */
export function encodeCookie(s: Stored): string {
  const write = (named: boolean) =>
    ['1', packUUID(s.decision), packUUID(s.subject)]
      .concat(
        s.answers.map((a) => {
          const letter = a.granted ? 'g' : 'd';
          return (
            (named && a.id ? a.id + ':' : '') +
            (a.gpc ? letter.toUpperCase() : letter) +
            a.hash +
            (a.day == dayOf(s.decision) ? '' : Math.min(a.day, 46655).toString(36).padStart(3, '0'))
          );
        }),
      )
      .join('.');
  const named = write(true);
  return named.length > 512 ? write(false) : named;
}

/** consent.DecodeCookie, with undefined for what can't be read. */
export function decodeCookie(value: string): Stored | undefined {
  const [version, d, s, ...entries] = value.split('.');
  const decision = unpackUUID(d || '', 7);
  const subject = unpackUUID(s || '', 4);
  if (value.length > 3900 || version != '1' || !decision || !subject || entries.length > 300) return;
  const answers: Answer[] = [];
  for (const entry of entries) {
    const m = /^(?:([a-z][a-z0-9-]{0,31}):)?([gdGD])([\w-]{6})([0-9a-z]{3})?$/.exec(entry);
    if (!m) return;
    const a: Answer = {
      id: m[1] || '',
      hash: m[3]!,
      granted: m[2]!.toLowerCase() == 'g',
      day: m[4] ? parseInt(m[4], 36) : dayOf(decision),
      gpc: m[2]! < 'a',
    };
    add(answers, a);
  }
  return { decision, subject, answers };
}

/** Of two answers to the same content a refusal counts. */
export function add(answers: Answer[], a: Answer): void {
  const i = answers.findIndex((b) => b.hash == a.hash);
  if (i < 0) answers.push(a);
  else if (!a.granted) answers[i] = a;
}
