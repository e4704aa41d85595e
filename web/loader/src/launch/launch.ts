// The script of the first launch in an app. It asks, tells the app what was answered, and sends that; later it asks for one thing where
// the app needs it. It works the same without an app, as a page.
import { attempt } from '../attempt';
import type { Answers, Item, State } from '../config';
import type { Core, Intent } from '../core';
import { given } from '../rules';
import * as sender from '../sync';
import { trusted } from '../trusted';
import { connect, Inward, SystemState } from './bridge';
import { makeFrame } from './centre';
import { makeChoices } from './choice';
import { ASIDE, makeLayers } from './layers';
import { decisions, known, page, server } from './page';
import { fetchText, note, placeOf, read } from './reader';
import type { Age } from './store';

const { form, words } = page;
const address = new URLSearchParams(location.search);

const PATIENCE = 1e3; // that an app may take to say hello, in ms

const find = <E extends HTMLElement>(selector: string): E => document.querySelector<E>(selector)!;
const screen = (id: string): HTMLElement => find('#nod-' + id);

const choices = makeChoices((m) => bridge.send(m), changed);
const { store, question, states, sdks, decided, agreed, off, forget, tenant, entitled, further, decide, kept, every, all } = choices;
const bridge = connect(page.origins, heard);
const system: Record<string, SystemState> = Object.create(null); // by permission

/** What the preferences' page needs of us (act.ts, and the sender). */
const core = {
  config: page, known, decisions, attempt, every, read: store.read, readLocal: store.readLocal, writeLocal: store.writeLocal, stored: store.read, decide: want,
  question: () => ({ ...question(), states: states() }),
  unanswered: (p: Item) => !!p.separate && question().states[p.id] == 'unasked',
  receipt: () => store.readLocal().receipt || null,
  save(choice, from) {
    const answers: Answers = {};
    const services: Answers = {};
    const pick = (id: string, into: Answers, locked: boolean): void => {
      const v = given(choice, id);
      if (v !== undefined) into[id] = (v === true || v == 'granted') && !locked ? 'granted' : 'denied';
    };
    for (const p of form.purposes) {
      if (kept(p)) {
        pick(p.id, answers, false);
        if (answers[p.id] == 'denied') delete answers[p.id]; // as it is
      }
      if (p.required) continue;
      pick(p.id, answers, off(p.id));
      for (const s of p.services || []) pick(s.id, services, off(p.id));
    }
    want({ action: 'save', answers, services, ...from });
  },
  withdraw: (_, from) => decide({ action: 'withdraw', answers: every('denied'), services: {}, ...from }),
} as Partial<Core> as Core;

sender.start(core, () => {});

function changed(): void {
  draw();
  sender.flush();
}

// --- what is seen -------------------------------------------------------------------------------------------------

const layers = makeLayers(() => (decided() ? 'menu' : 'ask'), draw);

const named = (s?: State): string => (s == 'granted' ? words.granted : s == 'denied' ? words.denied : words.unasked);

/** Brings what is seen to the present state. */
function draw(): void {
  const top = layers.top();
  const now = states();
  if (top == 'ask') screen('signal').hidden = !question().signal.length;
  if (top == 'menu') for (const b of screen(top).querySelectorAll<HTMLElement>('[data-question]')) b.querySelector('.state')!.textContent = named(now[b.dataset['question']!]);
  if (top.startsWith('q-')) drawQuestion(top.slice(2));
}

function drawQuestion(id: string): void {
  const s = screen('q-' + id);
  const locked = s.querySelector<HTMLElement>('.locked')!;
  locked.hidden = !off(id);
  const by = tenant();
  if (by) locked.textContent = words.locked.replace('{name}', () => by.name + (by.contact ? ' (' + by.contact + ')' : ''));
  s.querySelector<HTMLButtonElement>('[data-do=grant]')!.disabled = off(id);
  const permission = permissionOf(id);
  const line = s.querySelector<HTMLElement>('.system')!;
  line.hidden = !permission || !system[permission];
  if (permission) line.querySelector('.state')!.textContent = words.states[system[permission] || 'unknown']!;
}

const permissionOf = (purpose: string): string | undefined => Object.keys(page.permissions).find((id) => page.permissions[id] == purpose);

function appear(scheme?: string, large?: boolean): void {
  const { dataset } = document.documentElement;
  if (scheme) dataset['scheme'] = scheme;
  if (large !== undefined) dataset['large'] = large ? 'true' : 'false';
}

// --- questions ----------------------------------------------------------------------------------------------------

let coming: Promise<void> | undefined; // the questions' screens, which the page begins without

function bringQuestions(): Promise<void> {
  coming = coming || fetchText(page.questions).then((html) => find('#nod-launch').insertAdjacentHTML('beforeend', trusted().createHTML(html) as string));
  coming.catch(() => (coming = undefined)); // the next time it may be had
  return coming;
}

/** Asks for one purpose, or says that it can't; not any more where it came to nothing meanwhile. */
function openQuestion(purpose: string, failed = (): void => {}, still = (): boolean => true): void {
  const id = 'q-' + purpose;
  if (document.getElementById('nod-' + id)) return layers.open(id);
  bringQuestions().then(() => (still() ? layers.open(id) : failed()), failed);
}

let waiting: { permission: string; re?: string | undefined } | undefined; // an app that wants an answer

/** Answers the app that asked for a permission. Where it opened the page for nothing else, that is done. */
function answer(permission: string, state: State, re?: string, done = !!only && permission == only && decided()): void {
  bridge.send({ type: 'nod:permission', permission, state, ...(re && { re }) });
  if (done) bridge.send({ type: 'nod:close', reason: 'done' });
}

let begun = false;

/** Asks for what the page was opened for, once it is known what the app knows: an enterprise may keep it off. */
function begin(): void {
  if (begun) return;
  begun = true;
  only = address.get('permission') || '';
  if (only) permission(only);
}
let only = ''; // the permission that the page was opened for

/** The app needs a permission: what was answered holds, and a refusal rests. Nothing is asked before the first layer is answered, and
 * nothing in the basic mode. One question at a time: another stays as it is. */
function permission(id: string, re?: string): void {
  const purpose = given(page.permissions, id);
  const now = purpose && states()[purpose];
  if (!purpose || !agreed() || now != 'unasked') return answer(id, now == 'granted' && agreed() ? 'granted' : 'denied', re);
  if (waiting) return answer(id, 'unasked', re, false);
  waiting = { permission: id, re };
  openQuestion(
    purpose,
    () => {
      waiting = undefined;
      answer(id, 'unasked', re);
    },
    () => agreed() && states()[purpose] == 'unasked',
  );
}

/** The question that is seen is answered. */
function answered(to: 'granted' | 'denied'): void {
  const top = layers.top();
  const id = top.slice(2);
  if (!top.startsWith('q-') || (to == 'granted' && off(id))) return;
  if (to == 'granted' && !entitled()) return entitle(() => answered(to));
  const permission = permissionOf(id);
  decide({ action: 'save', answers: { [id]: to }, services: {}, previous: undefined, presentation: page.presentations[id] || page.presentation, ...(permission && { permission }) });
  const asked = waiting && page.permissions[waiting.permission] == id ? waiting : undefined;
  if (asked) waiting = undefined; // before its layer closes, which would say that it was not answered
  layers.close();
  if (asked) answer(asked.permission, to, asked.re, true);
}

layers.closed((id) => {
  if (!waiting || id != 'q-' + page.permissions[waiting.permission]) return;
  const { permission, re } = waiting;
  waiting = undefined;
  answer(permission, agreed() ? states()[page.permissions[permission]!]! : 'denied', re); // mostly unasked: closed without an answer, it may be asked again
});

function agree(): void {
  all('accept_all', 'granted');
  layers.reset('menu');
  void bringQuestions();
  say();
  bridge.send({ type: 'nod:close', reason: 'decided' });
}

function disagree(): void {
  all('reject_all', 'denied');
  layers.reset('menu', 'basic');
}

function say(): void {
  screen('kept').querySelector('span')!.hidden = false;
}

const deeds: Record<string, (from: HTMLElement) => void> = {
  agree: () => entitle(agree),
  disagree,
  child: () => aged('child'),
  teen: () => aged('teen'),
  adult: () => aged('adult'),
  declines: () => (decided() ? layers.unwind(ASIDE, () => {}) : disagree()),
  grant: () => answered('granted'),
  refuse: () => answered('denied'),
  back: () => layers.close(),
  again: () => layers.open('ask'),
  open: (b) => openQuestion(b.dataset['question']!),
  withdraw: () => {
    core.withdraw(undefined, { previous: undefined, presentation: 'custom' });
    say();
  },
  settings: () => bridge.send({ type: 'nod:openSettings', permission: permissionOf(layers.top().slice(2)) || '' }),
  close: () => {
    const reason = layers.top() == 'basic' ? 'basic' : 'done';
    if (reason == 'basic') layers.close();
    bridge.send({ type: 'nod:close', reason });
  },
};

let meant = (): void => {}; // what waits for somebody's age, or for a guardian

/** Does what gives a further yes, once whoever gives it is entitled to: the age is asked for, where it is not known, and the guardian of
 * who is under age. */
function entitle(then: () => void): void {
  meant = then;
  const age = store.age();
  if (entitled()) layers.unwind(ASIDE, then);
  else if (age) ask(age);
  else layers.open('age');
}

/** Somebody's age, as it was said first: going back to say another helps nobody. */
function aged(age: Age): void {
  if (!store.age()) store.grow(age);
  layers.unwind(['age'], () => entitle(meant));
}

/** Makes a decision of the preferences: at once whatever nobody else is asked for, and the rest once it may be. */
function want(i: Intent): void {
  const waits = !entitled() && further({ ...i.answers, ...i.services }).length;
  decide(i);
  if (!waits) return;
  entitle(() => {
    decide({ ...i, previous: undefined });
    frame.tell();
  });
}

/** Asks the guardian of somebody under age. */
function ask(whose: Age): void {
  const s = screen('guardian');
  s.querySelector<HTMLElement>('.of-child')!.hidden = whose != 'child';
  s.querySelector<HTMLElement>('.of-teen')!.hidden = whose != 'teen';
  const day = s.querySelector<HTMLInputElement>('[name=day]')!;
  const now = new Date();
  day.max = day.value = new Date(now.getTime() - now.getTimezoneOffset() * 6e4).toISOString().slice(0, 10); // where the person is
  layers.open('guardian');
}

const DOUBLE_CLICK_TIME = 400 * TIME_SCALE; // within so many ms, a click on the place of one that changed the layer is its double
const NEAR = 30; // px
let clicked = { top: '', x: 0, y: 0, at: -DOUBLE_CLICK_TIME };

/** Whether this is the second click of a double click, which would press what the first brought there. */
function double(e: MouseEvent): boolean {
  const before = clicked;
  clicked = { top: layers.top(), x: e.clientX, y: e.clientY, at: e.timeStamp };
  return e.detail > 0 && before.top != clicked.top && e.timeStamp - before.at < DOUBLE_CLICK_TIME && Math.hypot(e.clientX - before.x, e.clientY - before.y) < NEAR;
}

addEventListener('click', (e) => {
  if (double(e) || layers.leaving()) return e.preventDefault();
  const link = (e.target as Element).closest<HTMLAnchorElement>('a[href]');
  const at = (e.target as Element).closest<HTMLElement>('[data-do], [data-page]');
  const what = at && at.dataset['do'];
  if (!at && link) return follow(link, e);
  if (!at || what == 'consents') return; // which is a form's
  e.preventDefault();
  if (what) deeds[what]!(at);
  else open(at.dataset['page']!);
});

addEventListener('submit', (e) => {
  const f = e.target as HTMLFormElement;
  e.preventDefault();
  if (f.closest('#nod-guardian')) {
    const d = new FormData(f);
    const evidence = { method: d.get('method') + '', time: new Date(d.get('day') + 'T00:00').toISOString(), reference: (d.get('reference') + '').replace(/\p{Cc}/gu, ' ').trim() };
    layers.unwind(ASIDE, () => choices.consented(evidence, meant));
  }
});

addEventListener('keydown', (e) => {
  if (e.key == 'Escape' && layers.deep()) layers.close();
});

// --- texts --------------------------------------------------------------------------------------------------------

const frame = makeFrame(core, page, () => layers.top() == 'preferences' && layers.close(), follow);

/** Opens what a link in a text leads to, where that is one of the page's: an app shows no other page. */
function follow(link: HTMLAnchorElement, e: Event): void {
  const name = placeOf(link);
  if (!name) return;
  e.preventDefault();
  open(name, link.hash);
}

/** Opens a text, a list or the preferences. */
function open(name: string, hash = ''): void {
  const at = page.pages[name];
  if (!at) return;
  if (name == 'preferences') {
    frame.open(at);
    return layers.open('preferences');
  }
  read(name, screen('reader').querySelector('.words')!, (list) => {
    label(list);
    if (hash) list.querySelector('#' + CSS.escape(hash.slice(1)))?.scrollIntoView();
  });
  layers.open('reader');
}

/** What the enterprise decides about has its name and how to reach it; each SDK its state. */
function label(list: HTMLElement): void {
  const by = tenant();
  if (by) for (const e of list.querySelectorAll('[data-enterprise]')) note(e, words.managed.replace('{name}', () => by.name) + (by.contact ? ' · ' + by.contact : ''));
  const now = states();
  for (const [id, purpose] of Object.entries(page.sdks)) {
    const e = list.querySelector('#sdk-' + page.platform + '-' + CSS.escape(id));
    const required = form.purposes.some((p) => p.id == purpose && p.required);
    if (e) note(e, required ? words.required : named(now[purpose]));
  }
}

// --- the app ------------------------------------------------------------------------------------------------------

function heard(m: Inward): void {
  switch (m.type) {
    case 'nod:hello':
      store.host();
      forget();
      if (m.platform && m.platform != page.platform) console.warn('nod: the app is on ' + m.platform + ', and this page is for ' + page.platform + ': its permissions and SDKs are others.');
      Object.assign(system, m.permissions);
      choices.manage(m.tenant);
      appear(undefined, m.large);
      draw();
      if (decided() && layers.top() == 'ask' && !layers.deep()) layers.reset('menu');
      if (decided() != said) ready(); // what an enterprise keeps off is not asked
      return begin();
    case 'nod:permission':
      if (m.state && m.state != 'unknown') system[m.permission] = m.state;
      draw();
      return permission(m.permission, m.re);
    case 'nod:sdk':
      bridge.send({ type: 'nod:sdk', sdk: m.sdk, state: given(sdks(), m.sdk) || 'denied', ...(m.re && { re: m.re }) });
      return;
    case 'nod:theme':
      return appear(m.scheme, m.large);
    case 'nod:back':
      if (layers.deep()) layers.close();
      else bridge.send({ type: 'nod:close', reason: 'back' });
  }
}

let said: boolean; // that it was decided

/** Tells the app how things stand, and says whether it took that. */
function ready(newer?: string): boolean {
  said = decided();
  return bridge.send({ type: 'nod:ready', policy: page.policy, decided: said, ...(newer && { newer }) });
}

/** Looks for a newer version of the policy on the server, and says so. */
function newer(): void {
  if (!page.server || !known) return;
  fetch(server + 'v1/' + page.site + '/policy?lang=' + page.language, { credentials: 'omit' })
    .then((r) => (r.ok ? r.json() : Promise.reject(r.status)))
    .then(({ version }: { version: unknown }) => {
      if (typeof version != 'string' || version == page.policy) return;
      const url = server + page.site + '/first-launch?platform=' + page.platform + '&lang=' + page.language;
      const note = screen('newer');
      note.hidden = false;
      note.querySelector('a')!.onclick = () => bridge.send({ type: 'nod:openURL', url }) || open_(url);
      ready(version);
    })
    .catch(() => {}); // off line
}
const open_ = (url: string): void => void window.open(url, '_blank', 'noopener');

if (address.get('large') == '1') appear(undefined, true);
layers.begin();
if (!ready()) begin();
else setTimeout(begin, PATIENCE);
if (agreed()) void bringQuestions();
sender.flush();
newer();
