// The preference centre on a host page: the dialog, the frame that takes its place, and the window where no frame may come.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { Core, Intent } from '../src/core';
import type { Question } from '../src/rules';
import { fresh, pass, releaseClock, setGlobals, settle, stopClock } from './fresh';
import type * as Modules from './modules/frame';
import { FakePort, openPage } from './page';

const SERVER = 'https://consent.example';
const DECISION = '01932f0c-5c00-7000-8000-000000000001';
const DIALOG = `<dialog class="preferences-dialog" inert aria-label="Preferences">
  <form class="preferences"><h2 tabindex="-1"></h2><button type="button" id="nod-pane-close"></button>
    <fieldset class="purpose"><input type="checkbox" class="switch" name="analytics"><details><summary></summary></details></fieldset>
    <button class="save" value="save"></button>
  </form>
  <div id="nod-blocked" hidden><a href="#"></a></div>
</dialog>`;

/** What our own page, in the frame or the window, has of the channel. */
interface Other {
  port: FakePort;
  got: { type: string; draft?: object; states?: object }[];
}
interface Offer {
  to: string;
  origin: string;
  port: FakePort;
}

let modules: typeof Modules;
let host: globalThis.Window;
let root: ShadowRoot;
let known: boolean;
let question: Question;
let decided: Intent[];
let saved: unknown[];
let offers: Offer[];
let opened: string[]; // windows
let isWindowAllowed: boolean;

const dialog = (): HTMLDialogElement => modules.pane.dialog;
const pane = (): HTMLElement => modules.pane.element;
const frame = (): HTMLIFrameElement | null => dialog().querySelector('iframe');
const note = (): HTMLElement => dialog().querySelector('#nod-blocked') as HTMLElement;
const box = (): HTMLInputElement => pane().querySelector('input') as HTMLInputElement;
const types = (o: Other): string => o.got.map((m) => m.type + (m.draft ? ' with a draft' : '')).join();

function makeCore(): Core {
  return {
    base: SERVER + '/',
    known,
    config: { site: 'shop', language: 'en', policy: '2', form: { purposes: [{ id: 'analytics', hash: '' }] } },
    question: () => question,
    stored: () => ({ decision: DECISION, subject: '', answers: [] }),
    receipt: () => null,
    root: () => root,
    place: () => {},
    add(html: string) {
      const box = document.createElement('div');
      box.innerHTML = html;
      root.append(...box.childNodes);
      return root.lastElementChild;
    },
    decide: (i: Intent) => decided.push(i),
    save: (...what: unknown[]) => saved.push(what),
    withdraw: (...what: unknown[]) => saved.push(what),
    every: (to: string) => ({ analytics: to }),
    unanswered: () => false,
  } as unknown as Core;
}

/** Notes what is offered to the frame, whose page is not loaded here. */
function watchFrame(f: HTMLIFrameElement): void {
  const postMessage = (_: unknown, origin: string, [port]: FakePort[]) =>
    port && offers.push({ to: 'frame', origin, port });
  const page = { postMessage };
  const get = () => (f.isConnected ? page : null); // as browsers have it
  Object.defineProperty(f, 'contentWindow', { get, configurable: true });
  f.dispatchEvent(new Event('load'));
}

/** The other side takes the last channel that it was offered. */
async function take(offer = offers.at(-1)): Promise<Other> {
  assert.ok(offer);
  const other: Other = { port: offer.port, got: [] };
  offer.port.onmessage = ({ data }) => other.got.push(data as Other['got'][0]);
  offer.port.postMessage({ type: 'ready' });
  await settle();
  return other;
}

/** Opens the preferences, and has the frame load. */
async function openWithFrame(): Promise<HTMLIFrameElement> {
  modules.frame.open();
  await pass(300, 50);
  const f = frame();
  assert.ok(f);
  watchFrame(f);
  return f;
}

/** Opens the preferences until the frame has taken the pane's place. */
async function openToTheEnd(): Promise<Other> {
  await openWithFrame();
  const other = await take();
  other.port.postMessage({ type: 'drawn', draft: JSON.stringify(modules.pane.draft()) });
  await settle();
  await pass(600, 50);
  return other;
}

function block(directive = 'frame-src', blockedURI = SERVER, disposition = 'enforce'): void {
  host.dispatchEvent(
    Object.assign(new Event('securitypolicyviolation'), { effectiveDirective: directive, blockedURI, disposition }),
  );
}

async function start(): Promise<void> {
  host = openPage('https://shop.example/', '<div id="nod"></div>');
  root = (document.getElementById('nod') as HTMLElement).attachShadow({ mode: 'open' });
  Object.assign(host, {
    open(url: string) {
      opened.push(url);
      return isWindowAllowed
        ? {
            postMessage: (_: unknown, origin: string, [port]: FakePort[]) =>
              port && offers.push({ to: 'window', origin, port }),
          }
        : null;
    },
  });
  modules = await fresh<typeof Modules>('frame');
  const core = makeCore();
  modules.pane.start(core, { html: DIALOG, css: '', presentation: 'shown' }, () => {});
  modules.frame.start(core);
}

beforeEach(async () => {
  stopClock();
  setGlobals({ requestAnimationFrame: (f: () => void) => setTimeout(f) });
  known = true;
  question = { ask: [], states: { analytics: 'denied' }, signal: [] };
  [decided, saved, offers, opened, isWindowAllowed] = [[], [], [], [], true];
  await start();
});
afterEach(() => {
  releaseClock();
  mock.restoreAll();
});

test('the dialog waits out of sight, and opens at once', () => {
  assert.equal(modules.pane.isOpen(), false);
  assert.equal(frame(), null);
  modules.frame.open();
  assert.equal(modules.pane.isOpen(), true);
  assert.equal(pane().hidden, false);
  assert.equal(frame(), null, 'the frame begins only at rest');
});

test('the frame begins once nobody has a hand on the dialog, and after 1.5 seconds in any case', async () => {
  modules.frame.open();
  for (let t = 0; t < 1500; t += 100) {
    assert.equal(frame(), null, 'after ' + t + ' ms');
    pane().dispatchEvent(new Event('pointermove'));
    await pass(100);
  }
  assert.ok(frame());
});

test('the frame is asked for in the language and the version of the page', async () => {
  const f = await openWithFrame();
  assert.equal(f.src, SERVER + '/shop/preferences?lang=en&policy=2');
  assert.equal(f.title, 'Preferences');
  assert.equal(f.getAttribute('aria-hidden'), 'true');
});

test('only our own origin is offered the channel, and three times', async () => {
  await openWithFrame();
  await pass(1e3, 50);
  assert.deepEqual(
    offers.map((o) => o.to + ' ' + o.origin),
    Array(3).fill('frame ' + SERVER),
  );
});

test('the frame learns the state, and where the visitor is', async () => {
  await openWithFrame();
  box().checked = true;
  const other = await take();
  assert.equal(types(other), 'state,state,open with a draft');
  assert.deepEqual(other.got[0]?.states, { analytics: 'denied' });
  assert.deepEqual(other.got[2]?.draft, { choice: { analytics: true }, open: [], top: 0 });
});

test('of several offers, the newest that was taken holds, and no older one is listened to', async () => {
  await openWithFrame();
  await pass(150);
  const [first, second] = offers;
  const late = await take(second);
  assert.equal(types(late), 'state,state,open with a draft');
  const early = await take(first);
  assert.equal(types(early), '');
  early.port.postMessage({ type: 'decide', action: 'accept_all', policy: '2' });
  await settle();
  assert.deepEqual(decided, []);
});

test('the frame takes the place of the pane once it shows the same, and nobody has a hand on it', async () => {
  await openWithFrame();
  const other = await take();
  pane().dispatchEvent(new Event('pointermove'));
  other.port.postMessage({ type: 'drawn', draft: JSON.stringify(modules.pane.draft()) });
  await settle();
  await pass(499);
  assert.equal(pane().hidden, false);
  await pass(1);
  await settle();
  assert.equal(pane().hidden, true);
  assert.equal(frame()?.hasAttribute('aria-hidden'), false);
  assert.equal(other.got.at(-1)?.type, 'shown');
});

test('what was done in the pane meanwhile is drawn first', async () => {
  await openWithFrame();
  const other = await take();
  const draft = JSON.stringify(modules.pane.draft());
  box().checked = true;
  other.got = [];
  other.port.postMessage({ type: 'drawn', draft });
  await settle();
  await pass(2e3, 100);
  assert.equal(pane().hidden, false);
  assert.deepEqual(other.got[1]?.draft, { choice: { analytics: true }, open: [], top: 0 });
});

test('a frame that is shown stays, and begins anew the next time', async () => {
  const other = await openToTheEnd();
  assert.equal(pane().hidden, true);
  dialog().close();
  other.got = [];
  modules.frame.open();
  await settle();
  assert.equal(types(other), 'state,open');
  assert.equal(dialog().querySelectorAll('iframe').length, 1);
  assert.deepEqual(opened, []);
});

test('a frame that was ready when the dialog closed goes on with the pane the next time', async () => {
  await openWithFrame();
  const other = await take();
  dialog().close();
  other.got = [];
  modules.frame.open();
  await settle();
  assert.equal(types(other), 'state,open with a draft');
});

test('details that only the frame has bring it at once, and have it begin again', async () => {
  modules.frame.open();
  pane().dispatchEvent(new Event('toggle'));
  const f = frame();
  assert.ok(f);
  watchFrame(f);
  const other = await take();
  other.got = [];
  pane().dispatchEvent(new Event('toggle'));
  await settle();
  assert.equal(types(other), 'state,open with a draft');
});

test('a change elsewhere reaches the pane and the frame', async () => {
  await openWithFrame();
  const other = await take();
  other.got = [];
  question = { ...question, states: { analytics: 'granted' } };
  modules.frame.refresh();
  await settle();
  assert.equal(box().checked, true);
  assert.deepEqual(
    other.got.map((m) => m.states),
    [{ analytics: 'granted' }],
  );
});

test('messages of the frame decide, and close the dialog', async () => {
  await openWithFrame();
  const { port } = await take();
  const from = { previous: DECISION, presentation: 'centre' };
  port.postMessage({ type: 'decide', action: 'save', choice: { analytics: true }, policy: '2', ...from });
  port.postMessage({ type: 'decide', action: 'accept_all', policy: '2' });
  port.postMessage({ type: 'close' });
  await settle();
  assert.deepEqual(saved, [[{ analytics: true }, from]]);
  assert.deepEqual(decided, [
    { action: 'accept_all', services: {}, answers: { analytics: 'granted' }, previous: null, presentation: 'custom' },
  ]);
  assert.equal(modules.pane.isOpen(), false);
});

test('a page of another version can refuse, and nothing else', async () => {
  await openWithFrame();
  const { port } = await take();
  port.postMessage({ type: 'decide', action: 'accept_all', policy: '1', presentation: 'old' });
  port.postMessage({
    type: 'decide',
    action: 'save',
    choice: { analytics: false, ads: true },
    policy: '1',
    presentation: 'old',
  });
  port.postMessage({ type: 'decide', action: 'reject_all', policy: '1', presentation: 'old' });
  await settle();
  assert.deepEqual(saved, [[{ analytics: false }, { previous: null, presentation: 'custom' }]]);
  assert.deepEqual(
    decided.map((d) => d.action + ' ' + d.presentation),
    ['reject_all custom'],
  );
});

test('what is no message of ours changes nothing', async () => {
  await openWithFrame();
  const { port } = await take();
  for (const m of [
    null,
    'close',
    7,
    {},
    { type: 'constructor' },
    { type: '__proto__' },
    { type: 'decide' },
    { type: 'shown' },
  ])
    port.postMessage(m);
  host.dispatchEvent(Object.assign(new Event('message'), { origin: 'https://other.example', data: { type: 'close' } }));
  host.dispatchEvent(
    Object.assign(new Event('message'), {
      origin: SERVER,
      data: { type: 'decide', action: 'accept_all', policy: '2' },
    }),
  );
  await settle();
  assert.equal(modules.pane.isOpen(), true);
  assert.deepEqual([saved, decided], [[], []]);
});

test('a frame that says nothing for three seconds gives way to a window', async () => {
  await openWithFrame();
  await pass(2650, 50);
  assert.deepEqual(opened, []);
  await pass(300, 50);
  assert.deepEqual(opened, [SERVER + '/shop/preferences?lang=en&policy=2']);
  assert.equal(modules.pane.isOpen(), false);
  assert.equal(frame(), null);
  const other = await take();
  assert.equal(types(other), 'state,open');
});

test('a late frame is taken on, where windows are blocked too', async () => {
  isWindowAllowed = false;
  await openWithFrame();
  await pass(3e3, 50);
  assert.equal(opened.length, 1);
  assert.equal(note().hidden, false);
  watchFrame(frame() as HTMLIFrameElement); // loaded after all
  const other = await take();
  assert.equal(note().hidden, true);
  assert.equal(types(other), 'state,state,open with a draft');
});

test('a click on the link opens the window that the script alone may not', async () => {
  isWindowAllowed = false;
  await openWithFrame();
  await pass(3e3, 50);
  isWindowAllowed = true;
  note().querySelector('a')?.click();
  assert.equal(opened[1], opened[0]);
  assert.equal(modules.pane.isOpen(), false);
});

test('whoever has begun to choose is not torn away to a window', async () => {
  await openWithFrame();
  pane().dispatchEvent(new Event('pointerdown'));
  await pass(3e3, 50);
  assert.deepEqual(opened, []);
  assert.equal(note().hidden, false);
  assert.equal(modules.pane.isOpen(), true);
});

test('closing the dialog ends the wait for the frame', async () => {
  await openWithFrame();
  dialog().close();
  await pass(5e3, 50);
  assert.deepEqual(opened, []);
});

test('a blocked frame gives way to a window at once, and the next time no frame is tried', async () => {
  await openWithFrame();
  block();
  assert.equal(opened.length, 1);
  assert.equal(modules.pane.isOpen(), false);
  modules.frame.open();
  assert.equal(opened.length, 2);
  await pass(3e3, 50);
  assert.equal(frame(), null);
  assert.deepEqual(offers.filter((o) => o.to == 'frame').length, 1);
});

test("other violations of the page's rules are no block", async () => {
  await openWithFrame();
  block('img-src');
  block('frame-src', 'https://other.example');
  block('frame-src', 'inline');
  block('frame-src', SERVER, 'report');
  assert.deepEqual(opened, []);
  block('child-src');
  assert.equal(opened.length, 1);
});

test('a window is offered the channel forty times, and its choice counts', async () => {
  await openWithFrame();
  block();
  offers = [];
  await pass(10e3, 150);
  assert.equal(offers.length, 39);
  const other = await take();
  assert.equal(types(other), 'state,open');
  other.port.postMessage({ type: 'decide', action: 'reject_all', policy: '2', presentation: 'centre' });
  await settle();
  assert.deepEqual(
    decided.map((d) => d.action),
    ['reject_all'],
  );
});

test('a page whose choices the server does not take has the pane only', async () => {
  known = false;
  await start();
  modules.frame.open();
  pane().dispatchEvent(new Event('toggle'));
  await pass(5e3, 50);
  assert.equal(frame(), null);
  assert.deepEqual(opened, []);
});

test('the pane decides by itself', async () => {
  modules.frame.open();
  box().checked = true;
  pane().dispatchEvent(
    Object.assign(new Event('submit', { cancelable: true }), { submitter: pane().querySelector('.save') }),
  );
  assert.deepEqual(saved, [[{ analytics: true }, { previous: DECISION, presentation: 'shown' }]]);
  assert.equal(modules.pane.isOpen(), false);
});
