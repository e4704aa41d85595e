// consent.Decide and consent.ActionAnswers (app/consent/decide.go), for the page. Both are pure: clock and random bytes
// are parameters. Go and TypeScript pass the same vectors.
import { avoidHyphens, encodeBase64, getTime, makeUUID } from './uuid';
import { findFirst } from './list';
import type { Answers, Form, Item } from './config';
import type { Intent } from './core';
import { applyDecision } from './apply';
import { Question, Stored, listWithServices } from './evaluate';

/** What the visitor was asked, and where. */
export interface AskContext {
  policy: string; // version in force
  language: string;
  platform: string;
  gpc: boolean; // the signal is on
}

/** What a client has when a visitor decides. */
export interface Client {
  stored: Stored; // mapped to current hashes
  credentials: { subject: string; secret: string }; // the secret that the client holds, and whose it is
  context: AskContext;
  now: number; // in ms
  earliest: number; // when the version in force took effect by the server's clock: an answer to it is not older
  random: Uint8Array; // 64 fresh bytes: 16 for the decision's id, 16 for a new subject, 32 for its secret
}

/** A decision as it is sent: JSON leaves out what is undefined. */
export interface Decision extends AskContext, Omit<Intent, 'guardian' | 'policy' | 'previous'> {
  id: string;
  previous: string | null;
  subject: string;
  secret: string | undefined; // of a new subject; others do not send it
  policy: string;
  decided_at: string;
  guardian?: Intent['guardian']; // consented to a grant
}

export interface DecisionResult {
  decision: Decision;
  stored: Stored; // what the client remembers from now on
  secret: string; // to keep beside it; '' if the client does not hold the subject's
}

/** Makes a decision of an intent; undefined if that answers nothing and acknowledges nothing. A visitor who lost the
 * secret can still refuse, and can grant only as a new subject. */
export function decide(form: Form, i: Intent, client: Client): DecisionResult | undefined {
  const intent = { __proto__: null, ...i } as Intent; // a page may have put a "policy" into Object.prototype
  const all = { ...intent.answers, ...intent.services };
  const acknowledgedPolicy = HAS_EQUIVALENTS && intent.policy; // other sites have no earlier version
  if (!acknowledgedPolicy && !Object.keys(all).length) return;
  const { stored, credentials: held, context: shown, random } = client;
  // Ids are in the order of decisions, also if the clock was put back.
  let ms = Math.max(client.now, getTime(stored.decision) + 1 || 0);
  if (HAS_EQUIVALENTS && !acknowledgedPolicy) ms = Math.max(ms, client.earliest);
  const isGrant = Object.values(all).includes('granted');
  if (!isGrant) delete intent.guardian;
  const own = held.subject == stored.subject ? held.secret : '';
  const isNewSubject = !stored.subject || (!own && isGrant);
  const secret = isNewSubject ? avoidHyphens(encodeBase64(random.subarray(32))) : own;
  const previous = (intent.previous === undefined ? stored.decision : intent.previous) || null;
  const decision = {
    ...shown,
    ...intent,
    policy: acknowledgedPolicy || shown.policy,
    id: makeUUID(7, random, ms),
    previous: isNewSubject ? null : previous,
    subject: isNewSubject ? makeUUID(4, random.subarray(16)) : stored.subject,
    secret: isNewSubject ? secret : undefined,
    decided_at: new Date(client.now).toISOString(),
  };
  // A new subject has no earlier decision; the client continues from what it had.
  return { decision, stored: applyDecision(form, stored, { ...decision, previous }), secret };
}

/** A separate purpose without an answer is asked where it is needed. */
export const isUnanswered = (p: Item, { states }: Question): boolean => !!p.separate && states[p.id] == 'unasked';

/** A required purpose, or a service of it, is denied: the visitor refused it while that was possible. */
export const isRefusedButRequired = (p: Item, { states }: Question): boolean =>
  !!p.required && !!findFirst(listWithServices(p), (i) => states[i.id] == 'denied');

/** A purpose that is answered together with others: neither required nor separate. */
export const isAskedTogether = (p: Item): boolean => !p.required && !p.separate;

/** The answers of "accept all" (to is "granted"), and of "reject all" and "withdraw" ("denied"). A grant never includes
 * a separate purpose, nor one that a GPC signal is about; it includes a required purpose that was refused. */
export function actionAnswers(form: Form, question: Question, gpc: boolean, to: 'granted' | 'denied'): Answers {
  const isAnswered = (p: Item): boolean => {
    if (p.required) return HAS_EQUIVALENTS && to == 'granted' && isRefusedButRequired(p, question);
    return to == 'granted' ? !p.separate && !(p.gpc && gpc) : !isUnanswered(p, question);
  };
  const answers: Answers = {};
  for (const p of form.purposes) if (isAnswered(p)) answers[p.id] = to;
  return answers;
}
