// What a decision changes of what is stored: app/consent/apply.go for the page. Both sides pass the same vectors.
import type { Answers, Form, Item, State } from './config';
import {
  type Answer,
  findAnswer,
  findEarlierRefusal,
  getOwn,
  listItems,
  listWithServices,
  type Stored,
} from './evaluate';
import { findFirst, flatMap } from './list';
import { getDay } from './uuid';

/** The part of a decision that the rules look at. */
export interface AnsweredDecision {
  id: string;
  previous: string | null;
  subject: string;
  answers: Answers;
  services?: Answers;
  gpc: boolean;
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
