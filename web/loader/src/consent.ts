// consent.js: reads the stored answers, opens or shuts the gate, and asks what is to be asked. It runs before the
// page's other scripts, and nothing in it may throw into the page.
import { attempt } from './attempt';
import { base64, random, timeOf, uuid } from './bytes';
import { Answers, config, Item, items, Kept, Shown } from './config';
import type { Action, Choice, Core, From, Intent, More } from './core';
import { cookies, html } from './dom';
import * as calls from './calls';
import * as gate from './gate';
import { release } from './hold';
import { told } from './hosts';
import * as revisions from './news';
import { guarded, put, read, readLocal, Receipt, setCookie, stringify, write, writeLocal } from './keep';
import { post } from './post';
import { apply, evaluate, given, Question, Stored } from './rules';
import * as surface from './surface';

type Listener = (detail: never) => void;

const IDLE_WORK_DELAY = 2e3 * TIME_SCALE; // after the page's load, in ms
const PRELOAD_DELAY = 1050 * TIME_SCALE; // likewise, until somebody who reads the banner may want the preferences
const { form } = config;
// The script is at {base}{site}/consent.js; a module has no currentScript, and is taken to be the page's own.
const at = attempt(() => new URL('..', surface.tag!.src).href) || location.origin + '/';
const base = config.server || at;
// Where the page's origin is not listed, the server would refuse what it sends: the choice is kept here only.
const known = base.startsWith(location.origin + '/') || config.origins.includes(location.origin);

const decisions = base + 'v1/' + config.site + '/decisions';

let stored: Stored;
let question: Question;
const gpc = config.gpc || (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;

function look(): void {
  stored = read();
  question = evaluate(form, stored, gpc, Date.now());
}

const isGranted = (id: string): boolean => question.states[id] == 'granted';

// --- the other half -------------------------------------------------------------------------------------------

let more: More | undefined;
let coming: Promise<void> | undefined;
let failures = 0;

/** Has the other half do something, at once where it is there. Where it can't be had, the choice holds all the same,
 * and what is to be sent waits for the next page. */
function ask(f: (m: More) => void, instead?: () => void): void {
  const run = (): void => {
    try {
      f(more!); // which is not there where it could not be had
    } catch {
      attempt(instead!); // which need not be there either
    }
  };
  if (more) return run();
  bring();
  coming!.then(run);
}

function bring(): void {
  if (coming) return;
  coming = import(at + config.more + (failures ? '?' + failures : '')).then(
    ({ start }: { start: (core: Core) => More }) => {
      more = start(core);
    },
  ).catch(() => {
    failures++; // next time by another address: browsers may remember that one as failed
    coming = undefined;
  });
}

// --- events ---------------------------------------------------------------------------------------------------

// "constructor" is an event's name like any other: nothing is inherited.
const listeners: Record<string, Listener[]> = Object.create(null);
const last: Record<string, unknown> = Object.create(null); // for whoever listens later

const events: [string, unknown][] = []; // that are still to be told
let telling = ''; // what is being told

/** Tells what happened in the order in which it did, also where a listener has more happen. */
function tell(): void {
  if (telling) return;
  for (let e; (e = events.shift()); ) emit((telling = e[0]), e[1]);
  telling = '';
}

function happened(name: string, what: unknown): void {
  events.push([name, what]);
  tell();
}

function emit(name: string, detail: unknown): void {
  last[name] = detail;
  for (const f of listeners[name] || []) call(f, detail);
  attempt(() => document.dispatchEvent(new CustomEvent('nod:' + name, { detail })));
}

/** A listener's error is the page's own: it is reported as such, and stops nobody else. */
function call(f: Listener, detail: unknown): void {
  try {
    f(detail as never);
  } catch (e) {
    setTimeout(() => {
      throw e;
    });
  }
}

// --- a choice -------------------------------------------------------------------------------------------------

/** Brings the page to the present state: the gate, the banner, open preferences. */
function settle(before: Question): void {
  gate.apply();
  if (HOLD) release((id) => question.states[id]!);
  face();
  if (surface.lost()) ask((m) => m.land());
  more?.refresh();
  if (stringify(before.states) == stringify(question.states)) return;
  events.push(['change', answers()]);
  if (html().querySelector('[data-nod=ran]')) bring(); // which looks whether the page has to be loaded anew
}

let usual: Shown; // the banner of those whom nothing is new for
let shown: { kept?: string; from: string } | undefined; // what is new

/** What somebody says to a change that asks nothing else: that it is known, or that the earlier version is to hold. */
function acknowledge(policy: string, presentation: string): void {
  const answers: Answers = {};
  // A yes to what takes a right away is one to what could be refused under the earlier version.
  if (shown!.kept && policy == config.policy) for (const p of form.purposes) if (kept(p)) answers[p.id] = 'granted';
  decide({ ...none, action: 'save', answers, policy, presentation });
}

/** It is off, though it is required: it was refused when it could be. */
const kept = (p: Item): boolean => !!p.required && [p, ...(p.services || [])].some((i) => question.states[i.id] == 'denied');

const mark = (text: string): void => {
  if (config.news) surface.mark(text);
};

/** Has the banner tell what is new where something is, and says whether it is to be seen. */
function renew(): boolean {
  const asks = question.ask.length > 0;
  if (!config.news) return asks;
  const told = revisions.banner(at, stored.decision, asks, face);
  if (told == 'coming') return surface.asking();
  usual = usual || { html: config.html.banner, presentation: config.presentation };
  shown = told;
  if (told) surface.use(told.html, told.presentation, told.css);
  else surface.use(usual.html, usual.presentation);
  return asks || !!told;
}

/** Shows the banner, or takes it away. */
function face(): void {
  try {
    surface.show(HAS_EQUIVALENTS ? renew() : question.ask.length > 0, question.signal.length > 0);
  } catch (e) {
    console.warn('nod: not shown: ' + e); // a Content-Security-Policy without "trusted-types nod", mostly
  }
}

/** What refused purposes kept in the browser, or may have. */
const refused = (): Kept[] => items.flatMap((i) => ((STRICT ? !isGranted(i.id) : question.states[i.id] == 'denied') && i.kept) || []);

/** Removes what is refused and was kept all the same: by the server, by a script that ran before. It needs the other half
 * only where there seems to be something. */
function sweep(): void {
  const all = cookies() + attempt(() => Object.keys(localStorage));
  if (STRICT || refused().some((k) => all.includes(k.split(/[:*]/)[1]!))) ask((m) => m.clear(refused()));
}

/** The version that an intent names itself, and not what a page has put into Object.prototype. */
const named = (i: Intent): string | undefined => given({ ...i } as Record<string, unknown>, 'policy') as string | undefined;

function decide(intent: Intent): void {
  if (!(HAS_EQUIVALENTS && named(intent)) && !Object.keys({ ...intent.answers, ...intent.services }).length) return; // no answer: no cookie, no record
  pending?.();
  const before = question;
  look(); // another tab may have decided meanwhile
  const local = readLocal();
  // Ids are in the order of choices, also where the clock was put back.
  let now = Math.max(Date.now(), timeOf(stored.decision) + 1 || 0);
  if (HAS_EQUIVALENTS && !named(intent)) now = Math.max(now, revisions.began());
  // Whoever lost the secret may still refuse, but grants only as a new subject.
  const lost = local.subject != stored.subject;
  const fresh = !stored.subject || (lost && grants(intent));
  const subject = fresh ? uuid(4) : stored.subject;
  const secret = fresh ? base64(random(32)) : lost ? '' : local.secret;
  const previous = intent.previous === undefined ? stored.decision : intent.previous;
  const decision = {
    id: uuid(7, now),
    previous: fresh ? null : previous,
    subject,
    ...(fresh && { secret }),
    policy: (HAS_EQUIVALENTS && named(intent)) || config.policy,
    language: config.language,
    platform: 'web',
    action: intent.action,
    answers: intent.answers,
    services: intent.services,
    decided_at: new Date().toISOString(),
    presentation: intent.presentation,
    gpc,
  };
  // Of a new subject nothing was known before; the browser goes on from what it had.
  stored = apply(form, stored, { ...decision, previous });
  question = evaluate(form, stored, gpc, Date.now());
  // First what must not get lost; only then the page's own code, which may choose again or leave the page.
  write(stored);
  const d = { url: decisions, id: decision.id, body: stringify(decision), bearer: fresh ? '' : secret };
  attempt(() => more?.overtake());
  // Writing it also tells other tabs: they hear of it, and read the cookie.
  attempt(() => writeLocal({ ...local, ...(!known ? { secret: decision.id } : secret && { subject, secret }), queue: known ? local.queue.concat(d) : local.queue }));
  attempt(() => question.ask.length || surface.hide());
  const rest = (): void => {
    // The page may be left before the other half is there. What waits goes first.
    const sent = more || !known || local.queue.length ? undefined : attempt(() => post(d, { keepalive: true, credentials: 'omit' }));
    sent?.catch(() => {});
    attempt(() => settle(before));
    events.push(['decision', { id: decision.id, action: decision.action, answers: decision.answers, services: decision.services }]);
    tell();
    ask((m) => {
      m.clear(refused());
      m.say();
      m.flush(sent, d.id);
    });
  };
  if (!gently) return rest();
  afterPaint(rest);
  // What goes off goes off at once.
  if (items.some((i) => before.states[i.id] == 'granted' && !isGranted(i.id))) attempt(() => gate.apply());
}

let gently = false; // a click is being answered: it is seen at once, and what may take its time comes after
let pending: (() => void) | undefined;

/** Runs f once the page is painted anew, or left, or chosen on again. */
function afterPaint(f: () => void): void {
  pending?.();
  const run = (pending = () => {
    if (pending != run) return; // it ran
    pending = undefined;
    f();
  });
  addEventListener('pagehide', run);
  requestAnimationFrame(() => setTimeout(run));
  setTimeout(run, 100); // nothing is painted in the background
}

const grants = (i: Intent): boolean => Object.values({ ...i.answers, ...i.services }).includes('granted');

/** What wants a consent of its own and was neither given nor refused is still to be asked where it is needed. */
const unanswered = (p: Item): boolean => !!p.separate && question.states[p.id] == 'unasked';

/** The answers that an action gives by itself: "agree" never to what wants a consent of its own, nor to what the
 * browser's signal refuses. */
function every(to: 'granted' | 'denied'): Answers {
  const a: Answers = {};
  for (const p of form.purposes) if (((HAS_EQUIVALENTS && to == 'granted' && kept(p)) || (!p.required && !unanswered(p))) && (to == 'denied' || (!p.separate && !question.signal.includes(p.id)))) a[p.id] = to;
  return a;
}

/** Agree or refuse: where the banner asks, it answers what the banner asks. */
function all(action: Action, to: 'granted' | 'denied'): void {
  const asks = surface.asking();
  const asked = question.ask;
  decide({ ...none, action, answers: asks && asked.length ? Object.fromEntries(asked.map((id) => [id, to])) : every(to), presentation: asks ? config.presentation : 'custom' });
}

const acceptAll = (): void => all('accept_all', 'granted');
const rejectAll = (): void => all('reject_all', 'denied');

const custom: From = { previous: undefined, presentation: 'custom' };
const none = { services: {}, previous: undefined };

function save(choice: Choice, from: From = custom): void {
  const answers: Answers = {};
  const services: Answers = {};
  for (const p of form.purposes) {
    if (HAS_EQUIVALENTS && kept(p) && (from != custom || question.states[p.id] == 'denied')) {
      pick(choice, p.id, answers);
      if (answers[p.id] == 'denied') delete answers[p.id]; // as it is
    }
    if (p.required) continue;
    pick(choice, p.id, answers);
    for (const s of p.services || []) pick(choice, s.id, services);
  }
  decide({ action: 'save', answers, services, ...from });
}

function pick(choice: Choice, id: string, into: Answers): void {
  const v = given(choice, id);
  if (v !== undefined) into[id] = v === true || v == 'granted' ? 'granted' : 'denied';
}

function withdraw(purposes?: string | string[], from: From = custom): void {
  const ids = ([] as string[]).concat(purposes || []);
  const answers = Object.fromEntries(Object.entries(every('denied')).filter(([id]) => !ids.length || ids.includes(id)));
  decide({ ...none, action: 'withdraw', answers, ...from });
}

// --- other tabs -----------------------------------------------------------------------------------------------

function news(): void {
  const before = question;
  const { decision } = stored;
  look();
  if (stored.decision != decision) more?.overtake();
  attempt(() => settle(before));
  tell();
}

// --- the preference centre ------------------------------------------------------------------------------------

const answers = (): Answers => {
  const a: Answers = {};
  for (const p of form.purposes) a[p.id] = question.states[p.id]!;
  return a;
};

function receipt(): Receipt | null {
  const r = readLocal().receipt;
  return r?.record?.id == stored.decision ? r! : null;
}

const core: Core = {
  config, base, at, decisions, known, attempt, read, write, put, setCookie, guarded, readLocal, writeLocal, receipt, decide, save, withdraw, every, unanswered, told, isGranted, tell: happened, preferences,
  stored: () => stored,
  question: () => question,
  root: () => surface.root,
  add: surface.addPart,
  from: () => surface.from,
  place: surface.place,
};

const show = (): void => surface.call(question.signal.length > 0);

/** Opens the preferences; not any more where something was chosen before they came. */
function preferences(): void {
  const { decision } = stored;
  if (HAS_EQUIVALENTS) attempt(() => revisions.marked(decision) && (writeLocal({ ...readLocal(), seen: config.policy }), mark('')));
  const still = (f: () => void) => stored.decision == decision && f();
  ask((m) => still(m.open), () => still(show));
}

// --- the API --------------------------------------------------------------------------------------------------

const api: Nod.API = {
  has: (id: string): boolean => isGranted(id),
  answers,
  show,
  preferences,
  acceptAll,
  rejectAll,
  save: (choice: Choice): void => save(choice || {}),
  withdraw: (purpose?: string | string[]): void => withdraw(purpose),
  receipt,
  on(event: string, f: Listener): void {
    if (typeof f != 'function') return;
    if (event == 'leak') bring(); // it finds them
    (listeners[event] = listeners[event] || []).push(f);
    if (event in last) call(f, last[event]);
  },
  /** Replays a call that was made before the script was there. */
  push(...calls: [string, ...unknown[]][]): void {
    for (const c of calls)
      attempt(() => {
        const [name, ...args] = c;
        (api as unknown as Record<string, (...a: unknown[]) => void>)[name]!(...args);
      });
  },
};
// What a page gives may throw when it is looked at, and must not do so into the page.
for (const [name, f] of Object.entries(api) as [string, (...a: unknown[]) => unknown][])
  (api as unknown as Record<string, unknown>)[name] = (...args: unknown[]) => attempt(() => f(...args));

const buttons: Record<string, () => void> = { __proto__: null as never, 'accept-all': acceptAll, 'reject-all': rejectAll, preferences, withdraw };
if (HAS_EQUIVALENTS) {
  buttons.acknowledge = () => shown && surface.asking() && acknowledge(config.policy, config.presentation);
  buttons.keep = () => shown && shown.kept && surface.asking() && acknowledge(shown.from, shown.kept);
}

function clicked(e: Event): void {
  for (const t of e.composedPath()) {
    if (!(t instanceof HTMLElement)) continue;
    attempt(() => calls.unping(t));
    const f = e.type == 'click' && buttons[t.dataset.nod!];
    if (!f) continue;
    e.preventDefault();
    gently = true;
    attempt(f);
    gently = false;
    return;
  }
}

const soon = (f: () => void): unknown => (window.requestIdleCallback || setTimeout)(f, { timeout: 5e3 } as never); // Safari has but the other, which takes that for 0

/** Somebody may be about to choose: what takes long the first time is done before. */
function near(): void {
  if (failures < 3) ask((m) => m.ahead());
  if (!more) readLocal(); // while the other half is on its way
}

/** What can wait until the page is there and has nothing else to do. The first look into localStorage opens it, which
 * costs more than all the rest together; so it comes when the page has long settled. */
function idle(): void {
  setTimeout(() => surface.asking() && near(), PRELOAD_DELAY);
  setTimeout(() => soon(() => attempt(later)), IDLE_WORK_DELAY);
}

function later(): void {
  addEventListener('pageshow', news); // the page was left, and is back as it was
  addEventListener('visibilitychange', () => document.hidden || (news(), deliver()));
  addEventListener('storage', (e) => e.key == 'nod' && news()); // another tab chose; what, the cookie says
  if (read().decision != stored.decision) news(); // it did so meanwhile
  if (guarded() !== undefined) ask((m) => m.mend());
  addEventListener('online', deliver);
  if (HAS_EQUIVALENTS) attempt(() => mark(revisions.marked(stored.decision)));
  deliver();
  sweep();
}

/** Sends what still waits. */
function deliver(): void {
  if (known && readLocal().queue.length) ask((m) => m.flush());
}

function start(): void {
  const w = window as unknown as { nod?: unknown };
  const stub = w.nod;
  if (typeof (stub as Nod.API | undefined)?.has == 'function') return; // a second tag on one page
  look();
  // Where a page keeps one of these from being done, the others are.
  attempt(() => (w.nod = api));
  told(isGranted);
  attempt(() => calls.watch((what) => telling == 'blocked' || happened('blocked', what))); // whoever is told may be stopped, too
  attempt(() => gate.watch(() => document.readyState == 'complete' && ask((m) => m.cards())));
  gate.apply();
  addEventListener('click', clicked, true); // before the page's own listeners, which may stop it
  addEventListener('auxclick', clicked, true);
  addEventListener('focusin', () => surface.asking() && failures < 3 && ask((m) => m.free()));
  surface.start(base, near);
  setTimeout(face); // for the parser to go on first: one long task is two
  if (document.readyState == 'complete') idle();
  else addEventListener('load', idle);
  emit('ready', answers());
  if (Array.isArray(stub)) api.push(...(stub as [string, ...unknown[]][]));
}

attempt(start);
