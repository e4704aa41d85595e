// What was chosen, and what follows from it: how everything stands, which SDKs may start, what may be answered now, and the next
// decision.
import { attempt } from '../attempt';
import { base64, random, timeOf, uuid } from '../bytes';
import type { Answers, Item } from '../config';
import type { Action, Intent } from '../core';
import { Sent, stringify } from '../keep';
import { apply, evaluate, given, Question, Stored } from '../rules';
import type { External, Outward, Tenant } from './bridge';
import { decisions, known, page } from './page';
import { makeStore, Store } from './store';

const { form } = page;
const gpc = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;

/** That a guardian consented, and when and how that was shown. */
export interface Evidence { method: string; time: string; reference: string }

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
  decide: (i: Intent & { permission?: string }) => void;
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
  const off = (id: string): boolean => !!tenant && tenant.denied.includes(id) && !form.purposes.some((p) => p.id == id && p.required);

  function states(): Answers {
    const now: Answers = Object.assign(Object.create(null), question().states);
    for (const p of form.purposes) if (off(p.id)) for (const i of [p, ...(p.services || [])]) now[i.id] = 'denied';
    return now;
  }

  /** What the first layer asks. */
  const covered = (): Item[] => form.purposes.filter((p) => !p.required && !p.separate);

  /** Whether the first layer was answered: with yes or no to all that it asks, but for what an enterprise keeps off. */
  const decided = (): boolean => {
    const { stored, question } = look();
    return (!!stored.decision || stored.answers.length > 0) && question.ask.every(off);
  };

  /** Whether it was agreed to: to anything that it covers, or without a no to any of that. Before, and in the basic mode, nothing else is
   * asked. */
  const agreed = (): boolean =>
    decided() && (covered().some((p) => states()[p.id] == 'granted') || !covered().some((p) => look().stored.answers.some((a) => !a.granted && a.hash == p.hash)));

  function sdks(): Answers {
    const now = states();
    const all: Answers = Object.create(null);
    for (const [id, purpose] of Object.entries(page.sdks)) all[id] = decided() && given(now, purpose) == 'granted' ? 'granted' : 'denied';
    return all;
  }

  /** Whether somebody may say a further yes: where the site asks for the age, who is of age, or whose guardian consents. */
  const entitled = (): boolean => !page.ages || store.age() == 'adult' || !!guardian;

  const further = (all: Answers): string[] => Object.keys(all).filter((id) => all[id] == 'granted' && states()[id] != 'granted');

  /** What may be answered now: without being entitled to, everything but a further yes. */
  function allowed(all: Answers): Answers {
    const waits = entitled() ? [] : further(all);
    return Object.fromEntries(Object.entries(all).filter(([id]) => !waits.includes(id)));
  }

  function decide(i: Intent & { permission?: string }): void {
    const answers = allowed(i.answers);
    const services = allowed(i.services);
    if (!Object.keys({ ...answers, ...services }).length) return;
    const stored = store.read();
    const local = store.readLocal();
    const now = Math.max(Date.now(), timeOf(stored.decision) + 1 || 0); // in the order of choices, also where the clock was put back
    const grants = Object.values({ ...answers, ...services }).includes('granted');
    const lost = local.subject != stored.subject; // and its secret with it: it can refuse, and grants only as somebody new
    const fresh = !stored.subject || (lost && grants);
    const subject = fresh ? uuid(4) : stored.subject;
    const secret = fresh ? base64(random(32)) : lost ? '' : local.secret;
    const previous = i.previous === undefined ? stored.decision || null : i.previous;
    const id = uuid(7, now);
    const decision = {
      id, previous: fresh ? null : previous, subject, ...(fresh && { secret }), policy: page.policy, language: page.language, platform: page.platform,
      action: i.action, answers, services, decided_at: new Date().toISOString(), presentation: i.presentation, gpc,
      ...(i.permission && { permission: i.permission }), ...(tenant && tenant.id && { tenant: tenant.id }), ...(guardian && grants && { guardian }),
    };
    const d: Sent = { url: decisions, id, body: stringify(decision), bearer: fresh ? '' : secret };
    store.write(apply(form, stored, { ...decision, previous }), {
      ...local, ...(!known ? { secret: id } : secret ? { subject, secret } : {}), queue: known ? local.queue.concat(d) : local.queue,
    });
    forget();
    const told = send({
      type: 'nod:decision', site: page.site, id, action: i.action, policy: page.policy, ...(i.permission && { permission: i.permission }), answers, services,
      states: { ...states() }, sdks: { ...sdks() }, external: store.external(),
    });
    if (!told) store.alone();
    changed();
  }

  /** It is off, though it is required: it was refused when it could be. */
  const kept = (p: Item): boolean => !!p.required && [p, ...(p.services || [])].some((i) => question().states[i.id] == 'denied');

  /** The answers that an action gives by itself (consent.ts has the same for pages). */
  function every(to: 'granted' | 'denied'): Answers {
    const { signal, states: now } = question();
    const a: Answers = {};
    for (const p of form.purposes) {
      if (to == 'granted' && kept(p)) a[p.id] = to;
      if (p.required || (to == 'granted' ? p.separate || signal.includes(p.id) || off(p.id) : p.separate && now[p.id] == 'unasked')) continue;
      a[p.id] = to;
    }
    return a;
  }

  /** Agree or disagree. Where there is nothing to agree to, or nothing left of it, who agrees is remembered by what goes without saying. */
  function all(action: Action, to: 'granted' | 'denied'): void {
    const answered = every(to);
    let told = form.purposes.filter((p) => !p.separate && (to == 'denied' ? !p.required : answered[p.id]));
    if (to == 'granted' && !told.length) told = form.purposes.filter((p) => p.required);
    decide({ action, answers: Object.fromEntries(told.map((p) => [p.id, to])), services: {}, previous: undefined, presentation: page.presentation });
  }

  return {
    store, question, states, sdks, decided, agreed, off, forget, entitled, further, decide, kept, every, all,
    manage: (t) => void (tenant = tenant || t), // who says so twice changes nobody's employer
    tenant: () => tenant,
    consented(e, f) {
      guardian = e;
      attempt(f);
      guardian = undefined; // it was for this, whatever came of it
    },
  };
}
