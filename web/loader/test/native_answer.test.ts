// What the page makes of an answer that was tapped in the app's own first layer.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { AppData } from '../src/launch/bridge';
import { fresh, NOW, pass, releaseClock, setGlobals, settle, stopClock } from './fresh';
import { openPage } from './page';

const SCREENS = ['ask', 'menu', 'basic', 'age', 'guardian', 'reader', 'preferences'];
const HTML =
  '<div id="nod-launch"><div id="nod-top"></div><p id="nod-signal"></p><p id="nod-saved"><span></span></p>' +
  '<p id="nod-newer"><a></a></p>' +
  SCREENS.map(
    (id) =>
      `<section id="nod-${id}" class="screen" data-screen="${id}" hidden><h1 tabindex="-1"></h1><p class="words"></p>` +
      '<button data-do="withdraw"></button><form><p class="of-child"></p><p class="of-teen"></p>' +
      '<input name="day"><input name="reference"><input name="method" value="paper"></form></section>',
  ).join('') +
  '<button data-do="adult"></button><button data-do="child"></button><button data-do="declines"></button>' +
  '<button data-do="agree"></button></div>';

const CONFIG = {
  site: 'shop',
  policy: '2024',
  language: 'en',
  platform: 'android',
  server: 'https://consent.example/',
  origins: ['https://app.example'],
  days: 180,
  ages: false,
  presentation: 'THE-PAGES-OWN-LAYER-AA',
  presentations: {},
  questions: 'questions.html',
  permissions: {},
  sdks: { bugly: 'analytics' },
  pages: {},
  words: { states: {} },
  form: {
    purposes: [
      { id: 'necessary', hash: 'aaaaaa', required: true },
      { id: 'analytics', hash: 'bbbbbb' },
      { id: 'face', hash: 'cccccc', separate: true },
    ],
    granted_days: 365,
    denied_days: 180,
  },
  news: {
    versions: [
      { policy: '2021', at: NOW - 3e10, class: 'editorial' },
      { policy: '2022', at: NOW - 2e10, class: 'material' },
      { policy: '2024', at: NOW - 1e10, class: 'minor' },
    ],
    decided: [],
  },
};

const AGREED = {
  v: 1,
  site: 'shop',
  platform: 'android',
  id: 'tap-00000001',
  agreed: true,
  policy: '2024',
  language: 'en',
  presentation: 'NATIVE-NATIVE-NATIVE-A',
  at: new Date(NOW - 6e4).toISOString(),
  seed: 'c2Vl'.repeat(21) + 'ZA',
};
const REFUSED = { ...AGREED, id: 'tap-00000000', agreed: false, seed: 'cmVm'.repeat(21) + 'dQ' };

interface Sent {
  type: string;
  action?: string;
  answers?: object;
  sdks?: Record<string, string>;
  reason?: string;
  external?: AppData;
}
interface Body {
  id: string;
  previous: string | null;
  subject: string;
  secret?: string;
  presentation: string;
  policy: string;
  decided_at: string;
  answers: object;
  age?: string;
}

let sent: Sent[];
let warnings: string[];
let page: globalThis.Window;

/** Opens the page in an app that has these answers, and says hello. */
async function start(
  nodFirst: unknown,
  { config = {}, external, hello = {} }: { config?: object; external?: AppData | undefined; hello?: object } = {},
): Promise<void> {
  sent = [];
  page = openPage('https://app.example/first-launch', HTML);
  setGlobals({
    __NOD__: { ...CONFIG, ...config },
    navigator: page.navigator,
    localStorage: page.localStorage,
    CSS: { escape: (id: string) => id },
    fetch: () => Promise.reject(new Error('offline')),
  });
  Object.assign(page, { nodFirst, nodExternal: external, NodBridge: { postMessage: (m: string) => receive(m) } });
  if (!external) Reflect.deleteProperty(page, 'nodExternal');
  await fresh('launch_page');
  report({ v: 1, type: 'nod:hello', platform: 'android', ...hello });
  await pass(2000);
}

const receive = (m: string): unknown => sent.push(JSON.parse(m) as Sent);
const report = (m: object): void => (page as unknown as { nodReceive: (m: unknown) => void }).nodReceive(m);
const click = async (action: string): Promise<void> => {
  document
    .querySelector(`[data-do=${action}]`)
    ?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  await settle();
  await settle();
};
const visible = (): string =>
  Array.from(document.querySelectorAll<HTMLElement>('.screen'))
    .filter((s) => !s.hidden)
    .map((s) => s.dataset['screen'])
    .join();
const stored = (): AppData | undefined => sent.filter((m) => m.external).pop()?.external;
const decisions = (): Body[] => ((stored()?.queue || []) as { body: string }[]).map((q) => JSON.parse(q.body) as Body);
const actions = (): string[] => sent.filter((m) => m.type == 'nod:decision').map((m) => m.action || '');
const closed = (): string[] => sent.filter((m) => m.type == 'nod:close').map((m) => m.reason || '');

beforeEach(() => {
  stopClock();
  warnings = [];
  mock.method(console, 'warn', ((text: string) => warnings.push(text)) as never);
});
afterEach(() => {
  releaseClock();
  mock.restoreAll();
});

// C-37, C-50
test('an agreement becomes the decision, with what the app drew, and the page asks nothing', async () => {
  await start([AGREED]);
  const [d] = decisions();
  assert.deepEqual(actions(), ['accept_all']);
  assert.deepEqual(closed(), ['decided']);
  assert.equal(visible(), 'menu');
  assert.deepEqual(
    [d?.presentation, d?.policy, d?.decided_at, d?.answers],
    [AGREED.presentation, '2024', AGREED.at, { analytics: 'granted' }],
  );
  assert.equal(stored()?.first, AGREED.id);
});

test('a page that starts again before the app stored the decision makes the same one', async () => {
  await start([AGREED]);
  const before = decisions();
  await start([AGREED]);
  assert.deepEqual(decisions(), before);
  assert.ok(/^[\w-]{43}$/.test(before[0]?.secret || ''));
});

test('a tap that the app stored beside its decision decides nothing more', async () => {
  await start([AGREED]);
  await start([AGREED], { external: stored() });
  assert.deepEqual(actions(), []);
  assert.equal(visible(), 'menu');
});

// C-05, C-35
test('a refusal is recorded once the page is there, and a later agreement after it', async () => {
  await start([REFUSED]);
  assert.deepEqual(actions(), ['reject_all']);
  assert.equal(visible(), 'menu');
  assert.deepEqual(closed(), []);
  const external = stored();
  const later = { ...AGREED, at: new Date(NOW).toISOString() };
  await start([REFUSED, later], { external });
  assert.deepEqual(actions(), ['accept_all']);
  await start([REFUSED, later]);
  assert.deepEqual(actions(), ['reject_all', 'accept_all']);
  const [no, yes] = decisions();
  assert.deepEqual([no?.presentation, yes?.previous, yes?.subject], [REFUSED.presentation, no?.id, no?.subject]);
});

// C-23: until the age is known there is no decision, and no SDK starts.
test('where the site asks for the age, it is asked before the agreement counts', async () => {
  const config = { ages: true };
  await start([AGREED], { config });
  assert.equal(visible(), 'age');
  report({ v: 1, type: 'nod:sdk', sdk: 'bugly' });
  report({ v: 1, type: 'nod:back' });
  assert.deepEqual(actions(), []);
  assert.deepEqual(
    sent.filter((m) => m.type == 'nod:sdk').map((m) => (m as { state?: string }).state),
    ['denied'],
  );
  assert.deepEqual(closed(), ['back']);
  await start([AGREED], { config }); // left there, it is still open
  assert.equal(visible(), 'age');
  await click('adult');
  assert.deepEqual(actions(), ['accept_all']);
  assert.deepEqual([decisions()[0]?.age, decisions()[0]?.presentation], ['adult', AGREED.presentation]);
});

// C-23, C-24
test('a minor whose guardian declines has refused what the app showed', async () => {
  await start([AGREED], { config: { ages: true } });
  await click('child');
  assert.equal(visible(), 'guardian');
  assert.deepEqual(actions(), []);
  await click('declines');
  assert.deepEqual(actions(), ['reject_all']);
  assert.deepEqual([decisions()[0]?.presentation, stored()?.first], [AGREED.presentation, AGREED.id]);
});

// C-25, C-26
test('an enterprise keeps off what the person agreed to in the native layer', async () => {
  await start([AGREED], { hello: { tenant: { id: 'acme', name: 'Acme', denied: ['analytics'] } } });
  assert.deepEqual(actions(), ['accept_all']);
  assert.deepEqual(decisions()[0]?.answers, { necessary: 'granted' });
});

// C-40: nothing is granted, and the page asks by itself.
test('an answer that does not belong to this page is not taken, and the console says why', async () => {
  for (const [name, answer, said] of [
    ['of another site', { ...AGREED, site: 'other' }, /of the site other/],
    ['of another platform', { ...AGREED, platform: 'ios' }, /of ios/],
    ['of another version of the file', { ...AGREED, v: 2 }, /version is 2/],
    ['without a seed', { ...AGREED, seed: '' }, /member is missing/],
    ['with a short seed', { ...AGREED, seed: 'AAAA' }, /member is missing/],
    ['with a text for a yes', { ...AGREED, agreed: 'true' }, /member is missing/],
    ['without what was shown', { ...AGREED, presentation: '' }, /member is missing/],
    ['nothing', null, /version is undefined/],
  ] as const) {
    warnings = [];
    await start([answer]);
    assert.deepEqual(actions(), [], name);
    assert.equal(visible(), 'ask', name);
    assert.ok(said.test(warnings.join()), name + ': ' + warnings.join());
  }
  for (const nothing of [undefined, {}, 'yes', 7, []]) {
    await start(nothing);
    assert.deepEqual([actions(), visible()], [[], 'ask']);
  }
});

// C-28, C-29
test('an agreement to another version counts only while nothing material changed', async () => {
  await start([{ ...AGREED, policy: '2022' }]);
  assert.deepEqual(actions(), ['accept_all']);
  assert.deepEqual(decisions()[0]?.policy, '2022');
  for (const policy of ['2021', '2030', '']) {
    await start([{ ...AGREED, policy }]);
    assert.deepEqual([actions(), visible()], [[], 'ask'], policy);
  }
  await click('agree'); // the page's own question
  assert.deepEqual([decisions()[0]?.presentation, stored()?.first], [CONFIG.presentation, undefined]);
});

// C-35
test('a refusal of another version counts, and claims nothing of what was shown', async () => {
  await start([{ ...REFUSED, policy: '2021' }]);
  assert.deepEqual(actions(), ['reject_all']);
  assert.deepEqual([decisions()[0]?.policy, decisions()[0]?.presentation], ['2024', 'custom']);
});

test('a clock that jumped dates no decision in the future, and loses none', async () => {
  for (const [at, want] of [
    [new Date(NOW + 9e9).toISOString(), new Date(NOW).toISOString()], // it was ahead
    ['1970-01-02T00:00:00.000Z', '1970-01-02T00:00:00.000Z'], // it began again: the id is not older than the policy
    ['2026-99-99', new Date(NOW).toISOString()],
  ]) {
    await start([{ ...AGREED, at }]);
    const [d] = decisions();
    assert.deepEqual(actions(), ['accept_all'], at);
    assert.equal(Date.parse(d?.decided_at || '') <= NOW + 6e4, true, at);
    if (at?.startsWith('1970')) assert.equal(d?.decided_at, want);
    const idTime = parseInt((d?.id || '').replace('-', '').slice(0, 12), 16);
    assert.equal(idTime >= NOW - 1e10 && idTime <= NOW + 6e4, true, at);
    await start([{ ...AGREED, at }], { external: stored() });
    assert.deepEqual(actions(), [], at);
  }
});

test('only the newest answers of a long list are read', async () => {
  await start([...Array.from({ length: 500 }, (_, i) => ({ ...REFUSED, id: 'tap-' + (1000 + i) })), AGREED]);
  assert.equal(actions().length, 10);
});
