// consent.js: reads the stored answers, opens or shuts the gate, and asks what is to be asked. It runs before the
// page's other scripts, and nothing in it may throw into the page.
import { attempt } from '../core/attempt';
import { random64 } from '../core/uuid';
import { Answers, config, Item, items, Kept, Shown } from '../core/config';
import type { Action, Choice, Core, From, Intent, More } from '../core/core';
import { cookies, html } from '../core/dom';
import * as calls from '../gate/call-hooks';
import * as gate from '../gate/gate';
import { release } from '../gate/held-calls';
import { told } from '../gate/host-list';
import * as revisions from '../ui/policy-changes';
import { guarded, put, read, readLocal, Receipt, setCookie, stringify, write, writeLocal } from '../storage/storage';
import { post } from '../storage/transport';
import { actionAnswers, decide as makeDecision, isRefusedButRequired, isUnanswered } from '../core/decide';
import { evaluate, given, Question, Stored } from '../core/rules';
import * as surface from '../ui/surface';

type Listener = (detail: never) => void;

const IDLE_WORK_DELAY = 2e3 * TIME_SCALE; // after the page's load, in ms
const PRELOAD_DELAY = 1050 * TIME_SCALE; // likewise, until somebody who reads the banner may want the preferences
const { form } = config;
// The script is at {base}{site}/consent.js; a module has no currentScript, and is taken to be the page's own.
const at = attempt(() => new URL('..', surface.tag?.src).href) || location.origin + '/';
const base = config.server || at;
// Where the page's origin is not listed, the server would refuse what it sends: the choice is kept here only.
const known = base.startsWith(location.origin + '/') || config.origins.includes(location.origin);

const decisions = base + 'v1/' + config.site + '/decisions';

let stored: Stored;
let question: Question;
const gpc = config.gpc || (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;

function setStored(s: Stored): void {
  stored = s;
  question = evaluate(form, stored, gpc, Date.now());
}

const isGranted = (id: string): boolean => question.states[id] == 'granted';

// --- the other half -------------------------------------------------------------------------------------------

let more: More | undefined;
let coming: Promise<void> | undefined;
let failures = 0;

/** Has the other half do something, at once if it is loaded. Without it, or where it fails, the fallback runs: the choice holds all the
 * same, and what is to be sent waits for the next page. */
function withMore(f: (m: More) => void, fallback?: () => void): void {
  const run = (): void => {
    const m = more;
    if (m && attempt(() => (f(m), true))) return;
    if (fallback) attempt(fallback);
  };
  if (more) run();
  else loadMore().then(run);
}

function loadMore(): Promise<void> {
  return (coming =
    coming ||
    import(at + config.more + (failures ? '?' + failures : ''))
      .then(({ start }: { start: (core: Core) => More }) => {
        more = start(core);
      })
      .catch(() => {
        failures++; // next time by another address: browsers may remember that one as failed
        coming = undefined;
      }));
}

// --- events ---------------------------------------------------------------------------------------------------

// "constructor" is an event's name like any other: nothing is inherited.
const listeners: Record<string, Listener[]> = Object.create(null);
const last: Record<string, unknown> = Object.create(null); // for whoever listens later

const events: [string, unknown][] = []; // that are still to be told
let telling = ''; // what is being told

/** Tells what queueEvent in the order in which it did, also where a listener has more happen. */
function flushEvents(): void {
  if (telling) return;
  for (let e; (e = events.shift()); ) emit((telling = e[0]), e[1]);
  telling = '';
}

function queueEvent(name: string, what: unknown): void {
  events.push([name, what]);
  flushEvents();
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
function applyState(before: Question): void {
  gate.apply();
  if (HOLD) release((id) => question.states[id] || 'unasked');
  renderBanner();
  if (surface.lost()) withMore((m) => m.land());
  more?.refresh();
  if (stringify(before.states) == stringify(question.states)) return;
  events.push(['change', answers()]);
  if (html().querySelector('[data-nod=ran]')) void loadMore(); // which looks whether the page has to be loaded anew
}

let usual: Shown; // the banner of those whom nothing is new for
let shown: { kept: string | undefined; from: string } | undefined; // what is new

/** What somebody says to a change that asks nothing else: that it is known, or that the earlier version is to hold. */
function acknowledge(policy: string, presentation: string): void {
  const answers: Answers = {};
  // A grant of what takes a right away is one of what could be refused under the earlier version.
  if (shown?.kept && policy == config.policy)
    for (const p of form.purposes) if (isRefusedButRequired(p, question)) answers[p.id] = 'granted';
  decide({ ...none, action: 'save', answers, policy, presentation });
}

const mark = (text: string): void => {
  if (config.news) surface.mark(text);
};

/** Has the banner tell what is new where something is, and says whether it is to be seen. */
function renew(): boolean {
  const asks = question.ask.length > 0;
  if (!config.news) return asks;
  const told = revisions.banner(at, stored.decision, asks, renderBanner);
  if (told == 'coming') return surface.asking();
  usual = usual || { html: config.html.banner, presentation: config.presentation };
  shown = told;
  if (told) surface.use(told.html, told.presentation, told.css);
  else surface.use(usual.html, usual.presentation);
  return asks || !!told;
}

/** Shows the banner, or removes it. */
function renderBanner(): void {
  try {
    surface.show(HAS_EQUIVALENTS ? renew() : question.ask.length > 0, question.signal.length > 0);
  } catch (e) {
    console.warn('nod: not shown: ' + e); // a Content-Security-Policy without "trusted-types nod", mostly
  }
}

/** What refused purposes kept in the browser, or may have. */
const refused = (): Kept[] =>
  items.flatMap((i) => ((STRICT ? !isGranted(i.id) : question.states[i.id] == 'denied') && i.kept) || []);

/** Removes what is refused and was kept all the same: by the server, by a script that ran before. It needs the other half
 * only where there seems to be something. */
function sweep(): void {
  const all = cookies() + attempt(() => Object.keys(localStorage));
  if (STRICT || refused().some((k) => all.includes(k.split(/[:*]/)[1] || ''))) withMore((m) => m.clear(refused()));
}

function decide(intent: Intent): void {
  pending?.();
  const before = question;
  const local = readLocal();
  const made = makeDecision(form, intent, {
    stored: read(), // another tab may have decided meanwhile
    held: local,
    shown: { policy: config.policy, language: config.language, platform: 'web', gpc },
    now: Date.now(),
    earliest: HAS_EQUIVALENTS ? revisions.began() : 0,
    random: random64(),
  });
  if (!made) return; // no answer: no cookie, no record
  const { decision, secret } = made;
  setStored(made.stored);
  // First what must not get lost; only then the page's own code, which may choose again or leave the page.
  write(stored);
  const d = { url: decisions, id: decision.id, body: stringify(decision), bearer: decision.secret ? '' : secret };
  attempt(() => more?.overtake());
  // Writing it also tells other tabs: they hear of it, and read the cookie.
  attempt(() =>
    writeLocal({
      ...local,
      ...(!known ? { secret: decision.id } : secret && { subject: decision.subject, secret }),
      queue: known ? local.queue.concat(d) : local.queue,
    }),
  );
  attempt(() => question.ask.length || surface.hide());
  const rest = (): void => {
    // The page may be left before the other half is there. What waits goes first.
    const sent =
      more || !known || local.queue.length
        ? undefined
        : attempt(() => post(d, { keepalive: true, credentials: 'omit' }));
    sent?.catch(() => {});
    attempt(() => applyState(before));
    events.push([
      'decision',
      { id: decision.id, action: decision.action, answers: decision.answers, services: decision.services },
    ]);
    flushEvents();
    withMore((m) => {
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

const unanswered = (p: Item): boolean => isUnanswered(p, question);
/** The answers to these purposes; all of them if none is named. It does without Object.entries, which a page may replace. */
function only(answers: Answers, ids: string[]): Answers {
  const some: Answers = {};
  for (const p of form.purposes) {
    const answer = given(answers, p.id);
    if (answer && (!ids.length || ids.includes(p.id))) some[p.id] = answer;
  }
  return some;
}
const every = (to: 'granted' | 'denied'): Answers => actionAnswers(form, question, gpc, to);

/** Agree or refuse: where the banner asks, it answers what the banner asks. */
function all(action: Action, to: 'granted' | 'denied'): void {
  const asks = surface.asking();
  decide({
    ...none,
    action,
    answers: only(every(to), asks ? question.ask : []),
    presentation: asks ? config.presentation : 'custom',
  });
}

const acceptAll = (): void => all('accept_all', 'granted');
const rejectAll = (): void => all('reject_all', 'denied');

const custom: From = { previous: undefined, presentation: 'custom' };
const none = { services: {}, previous: undefined };

function save(choice: Choice, from: From = custom): void {
  const answers: Answers = {};
  const services: Answers = {};
  for (const p of form.purposes) {
    if (HAS_EQUIVALENTS && isRefusedButRequired(p, question) && (from != custom || question.states[p.id] == 'denied')) {
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
  decide({ ...none, action: 'withdraw', answers: only(every('denied'), ids), ...from });
}

// --- other tabs -----------------------------------------------------------------------------------------------

function news(): void {
  const before = question;
  const { decision } = stored;
  setStored(read());
  if (stored.decision != decision) more?.overtake();
  attempt(() => applyState(before));
  flushEvents();
}

// --- the preference centre ------------------------------------------------------------------------------------

const answers = (): Answers => {
  const a: Answers = {};
  for (const p of form.purposes) a[p.id] = question.states[p.id]!; // evaluate gives one to each purpose
  return a;
};

function receipt(): Receipt | null {
  const r = readLocal().receipt;
  return r && r.record?.id == stored.decision ? r : null;
}

const core: Core = {
  config,
  base,
  at,
  decisions,
  known,
  attempt,
  read,
  write,
  put,
  setCookie,
  guarded,
  readLocal,
  writeLocal,
  receipt,
  decide,
  save,
  withdraw,
  every,
  unanswered,
  told,
  isGranted,
  tell: queueEvent,
  preferences,
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
  if (HAS_EQUIVALENTS)
    attempt(() => revisions.marked(decision) && (writeLocal({ ...readLocal(), seen: config.policy }), mark('')));
  const still = (f: () => void) => stored.decision == decision && f();
  withMore(
    (m) => still(m.open),
    () => still(show),
  );
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
    if (event == 'leak') void loadMore(); // it finds them
    (listeners[event] = listeners[event] || []).push(f);
    if (event in last) call(f, last[event]);
  },
  /** Replays a call that was made before the script was there. */
  push(...calls: [string, ...unknown[]][]): void {
    for (const c of calls)
      attempt(() => {
        const [name, ...args] = c;
        (api as unknown as Record<string, (...a: unknown[]) => void>)[name]?.(...args);
      });
  },
};
// What a page gives may throw when it is looked at, and must not do so into the page.
for (const [name, f] of Object.entries(api) as [string, (...a: unknown[]) => unknown][])
  (api as unknown as Record<string, unknown>)[name] = (...args: unknown[]) => attempt(() => f(...args));

const buttons: Record<string, () => void> = {
  __proto__: null as never,
  'accept-all': acceptAll,
  'reject-all': rejectAll,
  preferences,
  withdraw,
};
if (HAS_EQUIVALENTS) {
  buttons['acknowledge'] = () => shown && surface.asking() && acknowledge(config.policy, config.presentation);
  buttons['keep'] = () => shown && shown.kept && surface.asking() && acknowledge(shown.from, shown.kept);
}

function clicked(e: Event): void {
  for (const t of e.composedPath()) {
    if (!(t instanceof HTMLElement)) continue;
    attempt(() => calls.unping(t));
    const f = e.type == 'click' && buttons[t.dataset['nod'] || ''];
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
  if (failures < 3) withMore((m) => m.ahead());
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
  if (guarded() !== undefined) withMore((m) => m.mend());
  addEventListener('online', deliver);
  if (HAS_EQUIVALENTS) attempt(() => mark(revisions.marked(stored.decision)));
  deliver();
  sweep();
}

/** Sends what still waits. */
function deliver(): void {
  if (known && readLocal().queue.length) withMore((m) => m.flush());
}

function start(): void {
  const w = window as unknown as { nod?: unknown };
  const stub = w.nod;
  if (typeof (stub as Nod.API | undefined)?.has == 'function') return; // a second tag on one page
  setStored(read());
  // Where a page keeps one of these from being done, the others are.
  attempt(() => (w.nod = api));
  told(isGranted);
  attempt(() => calls.watch((what) => telling == 'blocked' || queueEvent('blocked', what))); // whoever is told may be stopped, too
  attempt(() => gate.watch(() => document.readyState == 'complete' && withMore((m) => m.cards())));
  gate.apply();
  addEventListener('click', clicked, true); // before the page's own listeners, which may stop it
  addEventListener('auxclick', clicked, true);
  addEventListener('focusin', () => surface.asking() && failures < 3 && withMore((m) => m.free()));
  surface.start(base, near);
  setTimeout(renderBanner); // for the parser to go on first: one long task is two
  if (document.readyState == 'complete') idle();
  else addEventListener('load', idle);
  emit('ready', answers());
  if (Array.isArray(stub)) api.push(...(stub as [string, ...unknown[]][]));
}

attempt(start);
