// consent.js: reads the stored answers, opens or shuts the gate, and asks what is to be asked. It runs before the
// page's other scripts, and nothing in it may throw into the page.
import { base64, random, timeOf, uuid } from './bytes';
import { Answers, config, Item, State } from './config';
import * as gate from './gate';
import { attempt, clear, guard, mend, read, readLocal, Receipt, write, writeLocal } from './keep';
import { apply, evaluate, Question, Stored } from './rules';
import * as sync from './sync';
import * as surface from './surface';
import { close as closePreferences, open as openPreferences, prepare, refresh, start as startPreferences } from './preferences';

type Action = 'accept_all' | 'reject_all' | 'save' | 'withdraw';
type Choice = Record<string, State | boolean>;
type Listener = (detail: unknown) => void;

const CALM = 2e3; // after the page's load, in ms
const { form } = config;
const script = document.currentScript; // or what a page's markup named so
// The script is at {base}{site}/consent.js; a module has no currentScript, and is taken to be the page's own.
const base = script instanceof HTMLScriptElement ? script.src.replace(/[^/]*\/[^/]*([?#].*)?$/, '') : location.origin + '/';
// Where the page's origin is not listed, the server would refuse what it sends: the choice is kept here only.
const known = base.startsWith(location.origin + '/') || config.origins.includes(location.origin);

let stored: Stored;
let question: Question;
const gpc = config.gpc || (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;

function look(): void {
  stored = read();
  question = evaluate(form, stored, gpc, Date.now());
}

const items: Item[] = form.purposes.flatMap((p) => [p, ...(p.services || [])]);
const isGranted = (id: string): boolean => question.states[id] == 'granted';

// --- events ---------------------------------------------------------------------------------------------------

// "constructor" is an event's name like any other: nothing is inherited.
const listeners = Object.create(null) as Record<string, Listener[]>;
const last = Object.create(null) as Record<string, unknown>; // for whoever listens later

function emit(name: string, detail: unknown): void {
  last[name] = detail;
  for (const f of listeners[name] || []) call(f, detail);
  attempt(() => document.dispatchEvent(new CustomEvent('nod:' + name, { detail })));
}

/** A listener's error is the page's own: it is reported as such, and stops nobody else. */
function call(f: Listener, detail: unknown): void {
  try {
    f(detail);
  } catch (e) {
    setTimeout(() => {
      throw e;
    });
  }
}

// --- a choice -------------------------------------------------------------------------------------------------

/** Brings the page to the present state: the gate, the banner, open preferences. */
function settle(before: Question | undefined): void {
  gate.apply(isGranted);
  for (const i of items) if (before && before.states[i.id] == 'granted' && !isGranted(i.id)) clear(i.kept || []);
  surface.show(question.ask.length > 0, question.signal.length > 0);
  refresh(state());
  if (before && JSON.stringify(before.states) != JSON.stringify(question.states)) emit('change', answers());
}

interface Intent {
  action: Action;
  answers: Answers;
  services?: Answers;
  previous?: string | null; // the last decision that whoever chose knew of; left out: the last one there is
  layout: string;
}

function decide(intent: Intent): void {
  if (!Object.keys({ ...intent.answers, ...intent.services }).length) return; // no answer: no cookie, no record
  const before = question;
  look(); // another tab may have decided meanwhile
  const local = readLocal();
  // Ids are in the order of choices, also where the clock was put back.
  const now = Math.max(Date.now(), stored.decision ? timeOf(stored.decision) + 1 : 0);
  // Whoever lost the secret may still refuse, but grants only as a new subject.
  const lost = local.subject != stored.subject;
  const fresh = !stored.subject || (lost && grants(intent));
  const subject = fresh ? uuid(4) : stored.subject;
  const secret = fresh ? base64(random(32)) : lost ? '' : local.secret;
  const decision = {
    id: uuid(7, now),
    previous: fresh ? null : intent.previous === undefined ? stored.decision : intent.previous,
    subject,
    ...(fresh && { secret }),
    policy: config.policy,
    language: config.language,
    platform: 'web',
    action: intent.action,
    answers: intent.answers,
    ...(intent.services && { services: intent.services }),
    decided_at: new Date().toISOString(),
    layout: intent.layout,
    gpc,
  };
  // Of a new subject nothing was known before; the browser goes on from what it had.
  stored = apply(form, stored, fresh ? { ...decision, previous: stored.decision } : decision);
  question = evaluate(form, stored, gpc, Date.now());
  // First what must not get lost; only then the page's own code, which may choose again or leave the page.
  write(stored);
  overtake();
  // Writing it also tells other tabs: they hear of it, and read the cookie.
  if (known) sync.keep(secret ? { ...local, subject, secret } : local, { id: decision.id, body: JSON.stringify(decision), bearer: fresh ? '' : secret });
  else writeLocal({ ...local, subject: '', secret: decision.id });
  for (const i of items) if (question.states[i.id] == 'denied') clear(i.kept || []);
  attempt(() => settle(before));
  attempt(surface.say);
  emit('decision', { id: decision.id, action: decision.action, answers: decision.answers, services: decision.services || {} });
  if (known) sync.flush();
  else console.warn('nod: ' + location.origin + ' is not among the origins of site ' + config.site + ': the choice holds in this browser only.');
}

/** Sees to it that no answer to an older decision undoes this one. */
function overtake(): void {
  if (!sync.supersede()) return;
  guard(stored);
  setTimeout(mend, 1e3);
}

const grants = (i: Intent): boolean => Object.values({ ...i.answers, ...i.services }).includes('granted');

/** What wants a consent of its own and was neither given nor refused is still to be asked where it is needed. */
const open = (p: Item): unknown => p.separate && question.states[p.id] == 'unasked';

/** The answers that an action gives by itself: "agree" never to what wants a consent of its own, nor to what the
 * browser's signal refuses. */
function every(to: 'granted' | 'denied'): Answers {
  const a: Answers = {};
  for (const p of form.purposes) if (!p.required && !open(p) && (to == 'denied' || (!p.separate && !question.signal.includes(p.id)))) a[p.id] = to;
  return a;
}

/** Agree or refuse: where the banner asks, it answers what the banner asks. */
function all(action: Action, to: 'granted' | 'denied'): void {
  const asked = surface.asking() && question.ask;
  let answers = every(to);
  if (asked && asked.length) answers = Object.fromEntries(asked.map((id) => [id, to]));
  decide({ action, answers, layout: surface.asking() ? config.layout : 'custom' });
}

const acceptAll = (): void => all('accept_all', 'granted');
const rejectAll = (): void => all('reject_all', 'denied');

function save(choice: Choice, from: Partial<Intent> = {}): void {
  const answers: Answers = {};
  const services: Answers = {};
  for (const p of form.purposes) {
    if (p.required) continue;
    pick(choice, p.id, answers);
    for (const s of p.services || []) pick(choice, s.id, services);
  }
  decide({ action: 'save', answers, services, layout: 'custom', ...from });
}

function pick(choice: Choice, id: string, into: Answers): void {
  if (!Object.prototype.hasOwnProperty.call(choice, id)) return;
  const v = choice[id];
  into[id] = v === true || v == 'granted' ? 'granted' : 'denied';
}

function withdraw(purposes?: string | string[], from: Partial<Intent> = {}): void {
  const ids = ([] as string[]).concat(purposes || []);
  const answers = Object.fromEntries(Object.entries(every('denied')).filter(([id]) => !ids.length || ids.includes(id)));
  decide({ action: 'withdraw', answers, layout: 'custom', ...from });
}

// --- other tabs -----------------------------------------------------------------------------------------------

function news(): void {
  const before = question;
  const { decision } = stored;
  look();
  if (stored.decision != decision) overtake();
  attempt(() => settle(before));
}

// --- the preference centre's view of it -----------------------------------------------------------------------

const answers = (): Answers => {
  const a: Answers = {};
  for (const p of form.purposes) a[p.id] = question.states[p.id]!;
  return a;
};

function receipt(): Receipt | null {
  const r = readLocal().receipt;
  return r && r.record && r.record.id == stored.decision ? r : null;
}

const state = () => ({
  type: 'state',
  states: question.states,
  previous: stored.decision || null,
  signal: question.signal,
  decided: stored.decision ? timeOf(stored.decision) : 0,
  receipt: receipt(),
});

interface Message { type?: string; action?: Action; choice?: Choice; previous?: string | null; layout?: string; policy?: string }

/** What the preference centre says, over the channel that only it has. */
function heard(m: Message): void {
  if (m.type == 'close') closePreferences();
  if (m.type != 'decide') return;
  // A page of another version, out of a cache, showed other words: there one can refuse, and nothing else.
  if (m.policy != config.policy && m.action != 'withdraw' && m.action != 'reject_all') return;
  const from = { previous: m.previous === undefined ? null : m.previous, layout: m.layout || 'custom' };
  if (m.action == 'withdraw') withdraw(undefined, from);
  else if (m.action == 'save' && m.choice) {
    for (const p of form.purposes) if (open(p) && !m.choice[p.id]) delete m.choice[p.id];
    save(m.choice, from);
  }
  else if (m.action == 'accept_all') decide({ action: m.action, answers: every('granted'), ...from });
  else if (m.action == 'reject_all') decide({ action: m.action, answers: every('denied'), ...from });
}

// --- the API --------------------------------------------------------------------------------------------------

const show = (): void => surface.call(question.signal.length > 0);

// A page that is not listed can't have our frame, nor reach us from our window: there the banner asks.
const preferences = (): void => (known ? openPreferences(state()) : show());

const nod = {
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
    (listeners[event] = listeners[event] || []).push(f);
    if (event in last) call(f, last[event]);
  },
  /** Replays a call that was made before the script was there. */
  push(...calls: [string, ...unknown[]][]): void {
    for (const c of calls)
      attempt(() => {
        const [name, ...args] = c;
        (nod as unknown as Record<string, (...a: unknown[]) => void>)[name]!(...args);
      });
  },
};
// What a page gives may throw when it is looked at, and must not do so into the page.
for (const [name, f] of Object.entries(nod) as [string, (...a: unknown[]) => unknown][])
  (nod as Record<string, unknown>)[name] = (...args: unknown[]) => attempt(() => f(...args));

const buttons: Record<string, () => void> = { 'accept-all': acceptAll, 'reject-all': rejectAll, preferences, withdraw };

function clicked(e: Event): void {
  for (const t of e.composedPath()) {
    const f = t instanceof HTMLElement && t.dataset.nod && buttons[t.dataset.nod];
    if (f) {
      e.preventDefault();
      attempt(f);
      return;
    }
  }
}

const soon = (f: () => void): unknown => ('requestIdleCallback' in window ? requestIdleCallback(f) : setTimeout(f, 200)); // Safari has none

/** What can wait until the page is there and has nothing else to do. The first look into localStorage opens it, which
 * costs more than all the rest together; so it comes when the page has long settled. */
function idle(): void {
  if (known && surface.asking()) soon(prepare);
  setTimeout(() => soon(later), CALM);
}

function later(): void {
  addEventListener('pageshow', (e) => e.persisted && news());
  document.addEventListener('visibilitychange', () => document.hidden || news());
  addEventListener('storage', (e) => e.key == 'nod' && news()); // another tab chose; what, the cookie says
  if (read().decision != stored.decision) news(); // it did so meanwhile
  mend();
  if (known && readLocal().queue.length) sync.flush();
}

function start(): void {
  const w = window as unknown as { nod?: unknown };
  const stub = w.nod;
  if (stub && typeof (stub as typeof nod).has == 'function') return; // a second tag on one page
  look();
  w.nod = nod;
  gate.watch();
  gate.apply(isGranted);
  addEventListener('click', clicked);
  sync.start(base + 'v1/' + config.site + '/decisions', () => refresh(state()));
  surface.start(base);
  startPreferences(base, heard);
  surface.show(question.ask.length > 0, question.signal.length > 0);
  if (document.readyState == 'complete') idle();
  else addEventListener('load', idle);
  emit('ready', answers());
  if (Array.isArray(stub)) nod.push(...(stub as [string, ...unknown[]][]));
}

attempt(start);
