// What the page of the first launch understands of what an app says, and whom it tells.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { AppMessage, PageMessage } from '../src/launch/bridge';
import { fresh, pass, releaseClock, setGlobals, stopClock } from './fresh';
import type * as Bridge from './modules/bridge';
import { openPage } from './page';

const APP = 'https://app.example';
const READY: PageMessage = { type: 'nod:ready', policy: '1', decided: false };

let heard: AppMessage[];
let warnings: string[];
let page: globalThis.Window;
let bridge: Bridge.Bridge;

async function connect(): Promise<void> {
  bridge = (await fresh<typeof Bridge>('bridge')).connectBridge([APP], (m) => heard.push(m));
}

const say = (m: unknown): void => (page as unknown as { nodReceive: (m: unknown) => void }).nodReceive(m);

/** Has the page be in a frame of another. */
function putInFrame(origin: string): { parent: object; posted: unknown[] } {
  const posted: unknown[] = [];
  const parent = { postMessage: (m: unknown, to: string) => posted.push([m, to]) };
  setGlobals({ parent });
  Object.defineProperty(page.location, 'ancestorOrigins', { value: [origin], configurable: true });
  return { parent, posted };
}

const deliver = (source: unknown, origin: string, data: unknown): boolean =>
  page.dispatchEvent(Object.assign(new Event('message'), { source, origin, data }));

beforeEach(async () => {
  stopClock();
  heard = [];
  warnings = [];
  mock.method(console, 'warn', ((text: string) => warnings.push(text)) as never);
  page = openPage('https://consent.example/shop/first-launch');
  await connect();
});
afterEach(() => {
  releaseClock();
  mock.restoreAll();
});

test('each message is read, as text and as an object', () => {
  for (const [message, want] of [
    [{ type: 'nod:back' }, { type: 'nod:back' }],
    [
      { type: 'nod:theme', scheme: 'dark', large: true },
      { type: 'nod:theme', scheme: 'dark', large: true },
    ],
    [
      { type: 'nod:theme', scheme: 'pink', large: 'yes' },
      { type: 'nod:theme', scheme: undefined },
    ],
    [
      { type: 'nod:sdk', sdk: 'maps', re: '7' },
      { type: 'nod:sdk', sdk: 'maps', re: '7' },
    ],
    [
      { type: 'nod:sdk', sdk: 7, re: 7, ask: 'yes' },
      { type: 'nod:sdk', sdk: '' },
    ],
    [
      { type: 'nod:sdk', sdk: 'maps', ask: true },
      { type: 'nod:sdk', sdk: 'maps', ask: true },
    ],
    [
      { type: 'nod:permission', permission: 'camera', state: 'prompt', re: 'a' },
      { type: 'nod:permission', permission: 'camera', state: 'prompt', re: 'a' },
    ],
    [
      { type: 'nod:permission', permission: 'x'.repeat(201), state: 'maybe' },
      { type: 'nod:permission', permission: '', state: 'unknown' },
    ],
  ] as const) {
    heard = [];
    say({ v: 1, ...message });
    say(JSON.stringify({ v: 1, ...message }));
    assert.deepEqual(heard, [want, want], JSON.stringify(message));
  }
  assert.deepEqual(warnings, []);
});

test('a greeting says what the app knows', () => {
  say({
    v: 1,
    type: 'nod:hello',
    platform: 'ios',
    permissions: { camera: 'granted', location: 'sometimes' },
    tenant: { id: 'a', name: 'A', contact: 'b', denied: ['ads', 7] },
  });
  const [m] = heard;
  assert.ok(m?.type == 'nod:hello');
  assert.equal(m.platform, 'ios');
  assert.deepEqual({ ...m.permissions }, { camera: 'granted', location: 'unknown' });
  assert.deepEqual(m.tenant, { id: 'a', name: 'A', contact: 'b', denied: ['ads'] });
});

test('of an enterprise that says something wrong, what it denies counts all the same', () => {
  for (const [tenant, id, name] of [
    [{ id: '企'.repeat(22), name: 'A', denied: ['ads'] }, '', 'A'], // 66 bytes
    [{ id: 'a\nb', name: 'A', denied: 'ads' }, '', 'A'],
    [{ id: 'a\ud800', name: 'A', denied: ['ads'] }, '', 'A'], // half a character
    [{ id: 'a', denied: ['ads'] }, 'a', 'a'],
    [{ id: 7, name: 7, denied: ['ads'] }, '', ''],
  ] as const) {
    heard = [];
    warnings = [];
    say({ v: 1, type: 'nod:hello', tenant });
    const [m] = heard;
    assert.ok(m?.type == 'nod:hello');
    assert.deepEqual(m.tenant, { id, name, contact: '', denied: ['ads'] });
    assert.equal(warnings.length, 1);
  }
});

test('a message that can not be understood is not heard, and the console says why', () => {
  for (const [message, problem] of [
    ['{', 'JSON'],
    ['x'.repeat(65537), 'more than 65536 characters'],
    [{ type: 'nod:back' }, 'its version is undefined'],
    [{ v: 2, type: 'nod:back' }, 'its version is 2'],
    [{ v: 1, type: 'nod:ready' }, 'an app does not send the type nod:ready'],
  ] as const) {
    warnings = [];
    say(message);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]?.includes('a message of the app was not understood'), warnings[0]);
    assert.ok(warnings[0]?.includes(problem), warnings[0]);
  }
  assert.deepEqual(heard, []);
});

test("another script's messages are none of ours", () => {
  for (const message of [
    undefined,
    null,
    7,
    'null',
    '7',
    {},
    { v: 1 },
    { v: 1, type: 7 },
    { v: 1, type: 'other' },
    [1],
  ])
    say(message);
  assert.deepEqual([heard, warnings], [[], []]);
});

test('an error in what a message leads to does not reach the app', async () => {
  const { connectBridge } = await fresh<typeof Bridge>('bridge');
  page = openPage('https://consent.example/shop/first-launch');
  connectBridge([APP], () => {
    throw new Error('of ours');
  });
  say({ v: 1, type: 'nod:back' });
  assert.equal(warnings.length, 1);
});

test('fifty messages in a second are heard', async () => {
  for (let i = 0; i < 60; i++) say({ v: 1, type: 'nod:back' });
  assert.equal(heard.length, 50);
  assert.deepEqual(warnings, ['nod: more than 50 messages in a second; the others are not heard.']);
  await pass(1e3);
  say({ v: 1, type: 'nod:back' });
  assert.equal(heard.length, 51);
});

test('the page that holds this one is heard, if its origin is listed', () => {
  const { parent } = putInFrame(APP);
  const m = { v: 1, type: 'nod:back' };
  deliver(parent, 'https://other.example', m);
  deliver({}, APP, m);
  assert.deepEqual(heard, []);
  deliver(parent, APP, m);
  assert.deepEqual(heard, [{ type: 'nod:back' }]);
});

test('a page that is not listed gets and sends nothing', () => {
  const { parent, posted } = putInFrame('https://other.example');
  deliver(parent, 'https://other.example', { v: 1, type: 'nod:back' });
  assert.deepEqual(heard, []);
  assert.equal(bridge.send(READY), false);
  assert.deepEqual(posted, []);
});

test('without anybody a message is not taken', () => {
  assert.equal(bridge.send(READY), false);
});

test('the first bridge that takes a message gets it', () => {
  const got: unknown[] = [];
  const { posted } = putInFrame(APP);
  const message = { v: 1, ...READY };
  assert.equal(bridge.send(READY), true);
  assert.deepEqual(posted, [[message, APP]]);
  Object.assign(page, { XuntongJSBridge: { call: (name: string, m: unknown) => got.push([name, m]) } });
  assert.equal(bridge.send(READY), true);
  assert.deepEqual(got.pop(), ['nod', message]);
  Object.assign(page, { NodBridge: { postMessage: (m: unknown) => got.push(m) } });
  bridge.send(READY);
  assert.deepEqual(got.pop(), JSON.stringify(message));
  Object.assign(page, { webkit: { messageHandlers: { nod: { postMessage: (m: unknown) => got.push(['ios', m]) } } } });
  bridge.send(READY);
  assert.deepEqual(got.pop(), ['ios', JSON.stringify(message)]);
  assert.equal(posted.length, 1);
});

test('a bridge that throws does not count, and neither does a mini program', () => {
  const got: unknown[] = [];
  const fail = (): void => {
    throw new Error('no app');
  };
  Object.assign(page, {
    webkit: { messageHandlers: { nod: { postMessage: fail } } },
    wx: { miniProgram: { postMessage: (m: unknown) => got.push(m) } },
  });
  assert.equal(bridge.send(READY), false);
  assert.deepEqual(got, [{ data: { v: 1, ...READY } }]);
});

test('what a bridge answers is a message', () => {
  Object.assign(page, {
    XuntongJSBridge: {
      call: (_: string, __: unknown, answer: (m: unknown) => void) => answer({ v: 1, type: 'nod:back' }),
    },
  });
  bridge.send(READY);
  assert.deepEqual(heard, [{ type: 'nod:back' }]);
});

test('an Android listener brings messages', async () => {
  let listener = (_: { data: unknown }): void => {};
  page = openPage('https://consent.example/shop/first-launch');
  Object.assign(page, {
    NodBridge: { postMessage() {}, addEventListener: (_: string, f: typeof listener) => (listener = f) },
  });
  await connect();
  listener({ data: '{"v":1,"type":"nod:back"}' });
  assert.deepEqual(heard, [{ type: 'nod:back' }]);
});
