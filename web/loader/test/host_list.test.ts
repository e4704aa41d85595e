// Which requests the gate stops, and which it holds until the answer.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Item, State } from '../src/core/config';
import type { Block } from '../src/gate/host-list';
import { fresh, setGlobals } from './fresh';
import type * as Modules from './modules/gate';
import { openPage } from './page';

const purposes: Item[] = [
  { id: 'analytics', hash: '', hosts: ['stats.example', '*.cdn.example', 'shared.example'], hold: true },
  {
    id: 'ads',
    hash: '',
    hosts: ['shared.example'],
    services: [{ id: 'pixel', hash: '', hosts: ['pixel.example'], hold: true }],
  },
];

let hosts: typeof Modules.hosts;
let hold: typeof Modules.hold;
let check: typeof Modules.check;
let granted: string[];

beforeEach(async () => {
  openPage('https://shop.example/page/');
  setGlobals({ __NOD__: { form: { purposes } } });
  ({ hosts, hold, check } = await fresh<typeof Modules>('gate'));
  granted = [];
  hosts.setGrantCheck((id) => granted.includes(id));
  answer({});
});

const stop = (url: string): Block => {
  const s = hosts.findBlock(url);
  assert.ok(s, url + ' is not stopped');
  return s;
};

test('a request to a host of a refused purpose is stopped', () => {
  for (const url of [
    'https://stats.example/x',
    'http://stats.example',
    'wss://stats.example/',
    '//stats.example/x',
    'HTTPS://STATS.EXAMPLE/x',
    'https://stats.example:8443/x',
    'https://stats.example./x',
    'https://user@stats.example/x',
    'https://a.cdn.example/x',
    'https://a.b.cdn.example/x',
    'https:\\\\stats.example\\x',
    ' https://stats.example/ ',
  ])
    assert.equal(hosts.findBlock(url)?.purpose, 'analytics', url);
});

test('no other request is stopped', () => {
  for (const url of [
    '/x',
    'x',
    'https://shop.example/?u=https://stats.example/',
    'https://notstats.example/',
    'https://stats.example.org/',
    'https://cdn.example/',
    'https://acdn.example/',
    'data:text/plain,https://stats.example/',
    'https://',
    'https://stats.example@shop.example/',
    '',
    undefined,
    null,
  ])
    assert.equal(hosts.findBlock(url), undefined, url + '');
});

test('a host of several purposes needs them all, and a service its own answer', () => {
  granted = ['analytics'];
  assert.equal(stop('https://shared.example/').purpose, 'ads');
  granted = ['ads', 'analytics'];
  assert.equal(hosts.findBlock('https://shared.example/'), undefined);
  assert.deepEqual(stop('https://pixel.example/'), {
    purpose: 'ads',
    service: 'pixel',
    hold: true,
    host: 'pixel.example',
  });
  granted = ['pixel'];
  assert.equal(hosts.findBlock('https://pixel.example/'), undefined);
});

test('the policy names hosts, also by a star', () => {
  for (const host of ['stats.example', 'a.cdn.example', 'pixel.example'])
    assert.equal(hosts.isDeclared(host), true, host);
  for (const host of ['cdn.example', 'example', 'other.example', '']) assert.equal(hosts.isDeclared(host), false, host);
  assert.equal(hosts.HOST_PATTERN.test('<img src=https://PIXEL.example/>'), true);
  assert.equal(hosts.HOST_PATTERN.test('<img src=https://other.example/>'), false);
});

test('markup is read if it may spell a host differently', () => {
  for (const host of [
    'pix&#101;l.example',
    'pixel&period;example',
    'pix&Tab;el.example',
    'pix&shy.example',
    'pix\nel.example',
    'p%69xel.example',
    'pix\u00adel.example',
    'ｐixel.example',
    'user@p%69xel.example',
  ])
    assert.equal(hosts.HOST_PATTERN.test(`<p>x</p><img src="https://${host}/">`), true, host);
  assert.equal(hosts.HOST_PATTERN.test('<iframe srcdoc="&lt;img src=//p&amp;#105;xel.example&gt;">'), true);
  assert.equal(hosts.HOST_PATTERN.test('<p style="width:50%">中文 / 中文</p>\n<img src="/a/b.png?c=中"\n>'), false);
  assert.equal(hosts.HOST_PATTERN.test('<img src="\\\\pixel。example">'), true);
  // Text in \u escapes, as JSON has it: to look through it from each backslash to the end would take minutes.
  assert.equal(hosts.HOST_PATTERN.test('<pre>' + '\\u4e2d'.repeat(3e5) + '</pre>'), false);
});

test('no replaced method opens the gate', () => {
  const { endsWith } = String.prototype;
  String.prototype.endsWith = () => false;
  const block = hosts.findBlock('https://a.cdn.example/');
  String.prototype.endsWith = endsWith;
  assert.equal(block?.purpose, 'analytics');
});

const answer = (states: Record<string, State>): void => hold.releaseCalls((id) => states[id] || 'unasked');

/** A call of fetch that is held. */
function holdFetch(
  init?: RequestInit,
  result: unknown = 'response',
): { promise: Promise<unknown>; calls: () => number } {
  let calls = 0;
  const promise = hold.holdFunctionCall(
    stop('https://stats.example/'),
    'fetch',
    ['https://stats.example/', init],
    () => (calls++, result),
  );
  assert.ok(promise instanceof Promise);
  return { promise, calls: () => calls };
}

test('a held fetch is made once its purpose is granted', async () => {
  const held = holdFetch();
  answer({});
  assert.equal(held.calls(), 0);
  answer({ analytics: 'granted' });
  assert.equal(await held.promise, 'response');
  answer({ analytics: 'granted' });
  assert.equal(held.calls(), 1);
});

test('a held fetch fails as the network does once its purpose is refused', async () => {
  const held = holdFetch();
  answer({ analytics: 'denied' });
  await assert.rejects(held.promise, { name: 'TypeError' });
  assert.equal(held.calls(), 0);
});

test('a held fetch that is aborted is never made', async () => {
  const abort = new AbortController();
  const held = holdFetch({ signal: abort.signal });
  abort.abort();
  await assert.rejects(held.promise, { name: 'AbortError' });
  answer({ analytics: 'granted' });
  assert.equal(held.calls(), 0);
  assert.equal(
    hold.holdFunctionCall(stop('https://stats.example/'), 'fetch', ['', { signal: abort.signal }], () => {}),
    undefined,
  );
});

test('a held beacon counts as sent, and is sent later', () => {
  let calls = 0;
  assert.equal(
    hold.holdFunctionCall(stop('https://pixel.example/'), 'sendBeacon', [], () => calls++),
    true,
  );
  answer({ ads: 'granted' });
  assert.equal(calls, 0, 'the service decides');
  answer({ pixel: 'granted' });
  assert.equal(calls, 1);
});

test('what no service holds, and other calls than those, are not held', () => {
  const { hold: _, ...other } = stop('https://stats.example/');
  assert.equal(
    hold.holdFunctionCall(other, 'fetch', [], () => {}),
    undefined,
  );
  assert.equal(
    hold.holdFunctionCall(stop('https://stats.example/'), 'EventSource', [], () => {}),
    undefined,
  );
});

test('after a refusal nothing is held, reported as held, or sent by a later grant', () => {
  answer({ analytics: 'denied' });
  let calls = 0;
  for (const name of ['fetch', 'sendBeacon'])
    assert.ok(
      !hold.holdFunctionCall(stop('https://stats.example/'), name, ['https://stats.example/'], () => calls++),
      name,
    );
  const image = document.createElement('img');
  const isUnchanged = hold.trackAttribute(image, 'src');
  assert.ok(!hold.makeAttributeHold(image, isUnchanged, () => calls++)(stop('https://stats.example/')));
  answer({ analytics: 'granted' });
  assert.equal(calls, 0);
});

test('a request is reported as held while it waits, and as blocked otherwise', () => {
  const reports: Block[] = [];
  check.setReporter((b) => reports.push(b));
  const url = 'https://stats.example/';
  const beacon = (): unknown =>
    check.checkRequest('sendBeacon', [url], (b) => hold.holdFunctionCall(b, 'sendBeacon', [], () => {}))?.heldResult;
  assert.ok(beacon());
  answer({ analytics: 'denied' });
  assert.ok(!beacon());
  const what = { purpose: 'analytics', host: 'stats.example', by: 'sendBeacon' };
  assert.deepEqual(reports, [{ ...what, held: true }, what]);
});

test('an XMLHttpRequest fails when it is sent after a refusal, whenever it was opened', () => {
  for (const isOpenedBefore of [true, false]) {
    answer({ analytics: isOpenedBefore ? 'unasked' : 'denied' });
    const done: string[] = [];
    const reports: Block[] = [];
    const xhr = new EventTarget();
    hold.trackOpened(xhr, 'https://stats.example/', false, () => done.push('failed'));
    answer({ analytics: 'denied' });
    hold.sendOpened(
      xhr,
      () => done.push('sent'),
      (b, by, isHeld) => reports.push({ purpose: b.purpose, by, held: isHeld }),
    );
    assert.deepEqual(reports, [{ purpose: 'analytics', by: 'xhr', held: false }]);
    assert.equal(done.join(' '), 'failed sent');
  }
});

test('fifty requests are held, and no more', () => {
  const beacon = (): unknown => hold.holdFunctionCall(stop('https://stats.example/'), 'sendBeacon', [], () => {});
  for (let i = 0; i < 50; i++) assert.equal(beacon(), true);
  assert.ok(!beacon());
  answer({ analytics: 'granted' });
  answer({});
  assert.equal(beacon(), true);
});

test('one held request that throws keeps no other', () => {
  let calls = 0;
  hold.holdFunctionCall(stop('https://stats.example/'), 'sendBeacon', [], () => {
    throw new Error('of the page');
  });
  hold.holdFunctionCall(stop('https://stats.example/'), 'sendBeacon', [], () => calls++);
  answer({ analytics: 'granted' });
  assert.equal(calls, 1);
});

test('a held element loads, or has an error, unless something else was set since', () => {
  for (const [state, isReplaced, want] of [
    ['granted', false, 'set'],
    ['denied', false, 'error'],
    ['granted', true, ''],
    ['denied', true, ''],
  ] as const) {
    let got = '';
    answer({});
    const image = document.createElement('img');
    image.addEventListener('error', () => (got = 'error'));
    const isUnchanged = hold.trackAttribute(image, 'src');
    assert.equal(hold.makeAttributeHold(image, isUnchanged, () => (got = 'set'))(stop('https://stats.example/')), true);
    hold.trackAttribute(image, 'srcset');
    if (isReplaced) hold.trackAttribute(image, 'src');
    answer({ analytics: state });
    assert.equal(got, want, state + ', ' + isReplaced);
  }
});

test('a held XMLHttpRequest is sent, or fails, unless it was opened or aborted since', () => {
  for (const [state, change, want] of [
    ['granted', 'none', 'sent'],
    ['denied', 'none', 'failed sent'],
    ['granted', 'open', ''],
    ['denied', 'open', ''],
    ['granted', 'abort', 'abort loadend'],
  ] as const) {
    const done: string[] = [];
    const reports: Block[] = [];
    answer({});
    const xhr = new EventTarget();
    for (const type of ['abort', 'loadend']) xhr.addEventListener(type, () => done.push(type));
    granted = [];
    const open = (): boolean => hold.trackOpened(xhr, 'https://stats.example/', false, () => done.push('failed'));
    assert.equal(open(), true);
    hold.sendOpened(
      xhr,
      () => done.push('sent'),
      (b, by, isHeld) => reports.push({ purpose: b.purpose, by, held: isHeld }),
    );
    assert.deepEqual(reports, [{ purpose: 'analytics', by: 'xhr', held: true }]);
    assert.throws(() => hold.sendOpened(xhr, Date.now, Date.now), { name: 'InvalidStateError' });
    if (change == 'open') open();
    if (change == 'abort') hold.dropOpened(xhr);
    granted = state == 'granted' ? ['analytics'] : [];
    answer({ analytics: state });
    assert.equal(done.join(' '), want, state + ', ' + change);
  }
});

test('a synchronous XMLHttpRequest is not held', () => {
  assert.equal(
    hold.trackOpened({}, 'https://stats.example/', true, () => {}),
    false,
  );
  assert.equal(
    hold.trackOpened({}, 'https://shop.example/', false, () => {}),
    false,
  );
});
