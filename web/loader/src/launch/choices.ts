// What was chosen, and what follows from it: how everything stands, which SDKs may start, what may be answered now, and the next
// decision.
import { attempt } from '../core/attempt';
import { random64 } from '../core/uuid';
import type { Answers, Item } from '../core/config';
import type { Action, Evidence, Intent } from '../core/core';
import { actionAnswers, decide as makeDecision, isAskedTogether, isRefusedButRequired } from '../core/decide';
import { Sent, stringify } from '../storage/storage';
import { evaluate, given, Question, Stored, withServices } from '../core/rules';
import type { External, Outward, Tenant } from './bridge';
import { decisions, known, page } from './page';
import { makeStore, Store } from './store';

const { form } = page;
const gpc = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;

export interface Choices {
  store: Store;
  question: () => Question;
  states: () => Answers; // by purpose and service
  sdks: () => Answers; // whether each may start
  decided: () => boolean;
  agreed: () => boolean;
  off: (id: string) => boolean;
  forget: () => void; // what was looked up: it changed
  manage: (t?: Tenant) => void; // an enterprise does so for its members
  tenant: () => Tenant | undefined;
  entitled: () => boolean;
  further: (all: Answers) => string[];
  consented: (e: Evidence, f: () => void) => void; // a guardian, to what f decides
  decide: (i: Intent) => void;
  kept: (p: Item) => boolean;
  every: (to: 'granted' | 'denied') => Answers;
  all: (action: Action, to: 'granted' | 'denied') => void;
}

/** send tells the app, and says whether it took that; changed comes after each decision. */
export function makeChoices(send: (m: Outward) => boolean, changed: () => void): Choices {
  const store = makeStore((external: External) => send({ type: 'nod:keep', external }));
  let tenant: Tenant | undefined;
  let guardian: Evidence | undefined; // just now
  let seen: { stored: Stored; question: Question } | undefined;

  /** Looks once for all that is done now: a cookie costs a way to another process. */
  function look(): { stored: Stored; question: Question } {
    if (!seen) {
      const stored = store.read();
      seen = { stored, question: evaluate(form, stored, gpc, Date.now()) };
      void Promise.resolve().then(forget);
    }
    return seen;
  }
  const forget = (): void => void (seen = undefined);
  const question = (): Question => look().question;

  /** An enterprise may keep something off for its members, and turns nothing on. */
  const off = (id: string): boolean =>
    !!tenant && tenant.denied.includes(id) && !form.purposes.some((p) => p.id == id && p.required);

  function states(): Answers {
    const now: Answers = Object.assign(Object.create(null), question().states);
    for (const p of form.purposes) if (off(p.id)) for (const i of withServices(p)) now[i.id] = 'denied';
    return now;
  }

  const firstLayer = form.purposes.filter(isAskedTogether);

  /** Whether the first layer was answered: with yes or no to all that it asks, but for what an enterprise keeps off. */
  const decided = (): boolean => {
    const { stored, question } = look();
    return (!!stored.decision || stored.answers.length > 0) && question.ask.every(off);
  };

  /** Whether it was agreed to: to anything that it covers, or without a no to any of that. Before, and in the basic mode, nothing else is
   * asked. */
  function agreed(): boolean {
    if (!decided()) return false;
    const { answers } = look().stored;
    const isRefused = (p: Item): boolean => answers.some((a) => !a.granted && a.hash == p.hash);
    return firstLayer.some((p) => states()[p.id] == 'granted') || !firstLayer.some(isRefused);
  }

  function sdks(): Answers {
    const now = states();
    const all: Answers = Object.create(null);
    for (const [id, purpose] of Object.entries(page.sdks))
      all[id] = decided() && given(now, purpose) == 'granted' ? 'granted' : 'denied';
    return all;
  }

  /** Whether somebody may say a further yes: where the site asks for the age, who is of age, or whose guardian consents. */
  const entitled = (): boolean => !page.ages || store.age() == 'adult' || !!guardian;

  const further = (all: Answers): string[] =>
    Object.keys(all).filter((id) => all[id] == 'granted' && states()[id] != 'granted');

  /** What may be answered now: without being entitled to, everything but a further yes. */
  function allowed(all: Answers): Answers {
    const waits = entitled() ? [] : further(all);
    return Object.fromEntries(Object.entries(all).filter(([id]) => !waits.includes(id)));
  }

  function decide(i: Intent): void {
    const answers = allowed(i.answers);
    const services = allowed(i.services);
    const stored = store.read();
    const local = store.readLocal();
    const evidence = { ...(tenant?.id && { tenant: tenant.id }), ...(guardian && { guardian }) };
    const made = makeDecision(
      form,
      { ...i, answers, services, ...evidence },
      {
        stored,
        held: local,
        shown: { policy: page.policy, language: page.language, platform: page.platform, gpc },
        now: Date.now(),
        earliest: 0,
        random: random64(),
      },
    );
    if (!made) return;
    const { decision, secret } = made;
    const { id, subject } = decision;
    const d: Sent = { url: decisions, id, body: stringify(decision), bearer: decision.secret ? '' : secret };
    store.write(made.stored, {
      ...local,
      ...(!known ? { secret: id } : secret ? { subject, secret } : {}),
      queue: known ? local.queue.concat(d) : local.queue,
    });
    forget();
    const hasApp = send({
      type: 'nod:decision',
      site: page.site,
      id,
      action: i.action,
      policy: page.policy,
      ...(i.permission && { permission: i.permission }),
      answers,
      services,
      states: { ...states() },
      sdks: { ...sdks() },
      external: store.external(),
    });
    if (!hasApp) store.alone();
    changed();
  }

  const kept = (p: Item): boolean => isRefusedButRequired(p, question());

  /** The answers that an action gives by itself, without grants of what an enterprise keeps off. */
  function every(to: 'granted' | 'denied'): Answers {
    const answers = Object.entries(actionAnswers(form, question(), gpc, to));
    return Object.fromEntries(answers.filter(([id]) => to == 'denied' || !off(id)));
  }

  /** Agree or disagree. Where there is nothing to agree to, or nothing left of it, who agrees is remembered by what goes without saying. */
  function all(action: Action, to: 'granted' | 'denied'): void {
    const answered = every(to);
    let purposes = form.purposes.filter((p) =>
      to == 'denied' ? isAskedTogether(p) : !p.separate && given(answered, p.id),
    );
    if (to == 'granted' && !purposes.length) purposes = form.purposes.filter((p) => p.required);
    const answers: Answers = Object.fromEntries(purposes.map((p) => [p.id, to]));
    decide({ action, answers, services: {}, previous: undefined, presentation: page.presentation });
  }

  return {
    store,
    question,
    states,
    sdks,
    decided,
    agreed,
    off,
    forget,
    entitled,
    further,
    decide,
    kept,
    every,
    all,
    manage: (t) => void (tenant = tenant || t), // who says so twice changes nobody's employer
    tenant: () => tenant,
    consented(e, f) {
      guardian = e;
      attempt(f);
      guardian = undefined; // it was for this, whatever came of it
    },
  };
}
