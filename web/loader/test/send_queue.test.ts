// Sending decisions: when each is sent, and what each answer does to it.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { LocalData } from '../src/core/core';
import type { SenderCore } from '../src/storage/send-queue';
import { pass, setGlobals, settle } from './fresh';
import {
  entry,
  html,
  ORIGIN,
  page,
  problem,
  SERVER,
  queued,
  receipt,
  Request,
  sent,
  start,
  stored,
  useSendingPage,
} from './sending_page';

useSendingPage();

test('what waits is sent in order, and the receipt of the last is stored', async () => {
  page.answers = [() => Response.json(receipt('1')), () => Response.json(receipt('2'))];
  await start([entry('1'), entry('2', { bearer: 'key' })]);
  await page.sender.flush();
  assert.deepEqual(sent(), ['1', '2']);
  assert.deepEqual(queued(), []);
  assert.deepEqual(page.local.receipt, receipt('2'));
  assert.equal(page.confirmed, 2);
  const [first, second] = page.requests.map((r) => r.init);
  assert.equal(first?.credentials, 'omit');
  assert.equal(first?.keepalive, true);
  assert.deepEqual(first?.headers, { 'content-type': 'application/json' });
  assert.deepEqual(second?.headers, { 'content-type': 'application/json', authorization: 'Bearer key' });
});

test('a fetch of the page that answers nothing, or throws, loses no decision', async () => {
  for (const fetch of [
    () => {},
    () => {
      throw new Error('of the page');
    },
  ]) {
    setGlobals({ fetch });
    await start([entry('1')]);
    void page.sender.flush();
    await pass(60e3);
    assert.deepEqual(queued(), ['1']);
  }
});

test('the pause before a retry doubles, up to five minutes', async () => {
  page.answers = [problem(503)];
  await start([entry('1')]);
  await page.sender.flush();
  for (const pause of [2e3, 4e3, 8e3, 16e3, 32e3, 64e3, 128e3, 256e3, 3e5, 3e5]) {
    const before = page.requests.length;
    await pass(pause - 1);
    assert.equal(page.requests.length, before, 'a request came before ' + pause + ' ms');
    await pass(1);
    assert.equal(page.requests.length, before + 1, 'no request came after ' + pause + ' ms');
  }
  assert.deepEqual(queued(), ['1']);
});

test('a pause is longer by chance, by a quarter at most', async () => {
  mock.method(Math, 'random', () => 0.999);
  page.answers = [problem(503)];
  await start([entry('1')]);
  await page.sender.flush();
  await pass(2490);
  assert.equal(page.requests.length, 1);
  await pass(10);
  assert.equal(page.requests.length, 2);
});

test('after a success the first pause is short again', async () => {
  page.answers = [problem(503), problem(503), stored, problem(503), stored];
  await start([entry('1'), entry('2')]);
  await page.sender.flush();
  await pass(2e3);
  await pass(4e3);
  assert.deepEqual(sent(), ['1', '1', '1', '2']);
  await pass(2e3);
  assert.deepEqual(sent(), ['1', '1', '1', '2', '2']);
  assert.deepEqual(queued(), []);
});

for (const status of [429, 503]) {
  test(`Retry-After of a ${status} is waited for`, async () => {
    page.answers = [problem(status, { 'retry-after': '30' }), stored];
    await start([entry('1')]);
    await page.sender.flush();
    await pass(30e3 - 1);
    assert.equal(page.requests.length, 1);
    await pass(1);
    assert.equal(page.requests.length, 2);
    assert.deepEqual(queued(), []);
  });
}

test('Retry-After is waited for whatever happens on the page', async () => {
  page.answers = [problem(503, { 'retry-after': '30' }), stored];
  await start([entry('1')]);
  await page.sender.flush();
  await pass(10e3);
  await page.sender.flush(); // the page was idle, or the browser is online again
  assert.equal(page.requests.length, 1);
  await pass(20e3);
  assert.equal(page.requests.length, 2);
  assert.deepEqual(queued(), []);
});

test('a decision that is on its way already does not wait for Retry-After', async () => {
  page.answers = [problem(503, { 'retry-after': '30' })];
  await start([entry('1')]);
  await page.sender.flush();
  page.answers = [stored, stored];
  await page.sender.flush(Promise.resolve(new Response('{}', { status: 201 })), '1');
  assert.deepEqual(queued(), []);
});

test('a Retry-After that is a date or shorter changes no pause', async () => {
  for (const value of ['Sat, 28 Nov 2026 00:00:00 GMT', '1']) {
    page.requests = [];
    page.answers = [problem(429, { 'retry-after': value }), stored];
    await start([entry('1')]);
    await page.sender.flush();
    await pass(2e3 - 1);
    assert.equal(page.requests.length, 1);
    await pass(1);
    assert.equal(page.requests.length, 2);
  }
});

test('a server that hangs is given up after ten seconds, and asked again', async () => {
  page.answers = [() => new Promise<never>(() => {}), stored];
  await start([entry('1')]);
  const done = page.sender.flush();
  await pass(1e4 - 1);
  assert.equal(page.requests[0]?.init.signal?.aborted, false);
  await pass(1);
  await done;
  assert.equal(page.requests[0]?.init.signal?.aborted, true);
  assert.equal(page.requests.length, 1);
  await pass(2e3);
  assert.equal(page.requests.length, 2);
  assert.deepEqual(queued(), []);
});

test('a receipt that does not arrive in time is asked for again', async () => {
  page.answers = [() => Object.assign(stored(), { json: () => new Promise(() => {}) }), stored];
  await start([entry('1')]);
  const done = page.sender.flush();
  await pass(1e4);
  await done;
  assert.deepEqual(queued(), ['1']);
  await pass(2e3);
  assert.deepEqual(queued(), []);
});

test('offline, and with an answer that is not JSON, it is sent later', async () => {
  page.answers = [
    () => Promise.reject(new TypeError('Failed to fetch')),
    () => new Response('<p>', { status: 200 }),
    stored,
  ];
  await start([entry('1')]);
  await page.sender.flush();
  await pass(2e3);
  assert.deepEqual(queued(), ['1']);
  await pass(4e3);
  assert.deepEqual(queued(), []);
});

test('a decision that is on its way already is not sent twice', async () => {
  page.answers = [stored];
  await start([entry('1'), entry('2')]);
  await page.sender.flush(Promise.resolve(Response.json(receipt('1'))), '1');
  assert.deepEqual(sent(), ['2']);
  assert.deepEqual(queued(), []);
});

test('an answer to another decision than the first counts for nothing', async () => {
  page.answers = [stored];
  await start([entry('1'), entry('2')]);
  await page.sender.flush(Promise.resolve(Response.json(receipt('2'))), '2');
  assert.deepEqual(sent(), ['1', '2']);
});

for (const status of [422, 403]) {
  test(`a ${status} with the receipt of the denials stores the receipt`, async () => {
    page.answers = [problem(status, {}, { receipt: receipt('1'), refused: ['analytics'] })];
    await start([entry('1', {}, { answers: { analytics: 'granted', ads: 'denied' } })]);
    await page.sender.flush();
    assert.deepEqual(sent(), ['1']);
    assert.deepEqual(queued(), []);
    assert.deepEqual(page.local.receipt, receipt('1'));
  });
}

test('a decision goes when the server refuses it, and stored nothing of it', async () => {
  page.answers = [problem(422), stored];
  await start([entry('1'), entry('2', {}, { answers: { ads: 'denied' }, presentation: 'custom' })]);
  await page.sender.flush();
  assert.deepEqual(sent(), ['1', '2']);
  assert.deepEqual(queued(), []);
});

for (const status of [400, 403, 409, 410, 413, 415]) {
  test(`a ${status} of the server is final`, async () => {
    page.answers = [problem(status)];
    await start([entry('1')]);
    await page.sender.flush();
    assert.deepEqual(queued(), []);
    await pass(1e6);
    assert.equal(page.requests.length, 1);
  });
}

for (const [name, answer] of [
  ['404 of the server', problem(404)],
  ['403 of a proxy', html(403)],
  ['422 of a proxy', html(422)],
  ['500', problem(500)],
] as const) {
  test(`a ${name} is not final`, async () => {
    page.answers = [answer, stored];
    await start([entry('1')]);
    await page.sender.flush();
    assert.deepEqual(queued(), ['1']);
    await pass(2e3);
    assert.deepEqual(queued(), []);
  });
}

test('an error in what follows a confirmation stops nothing', async () => {
  page.answers = [stored];
  await start([entry('1'), entry('2')]);
  const core = {
    config: { site: 'shop' },
    isKnownOrigin: true,
    serverBase: SERVER,
    readLocal: () => page.local,
    writeLocal: (l: LocalData) => void (page.local = l),
  };
  page.sender.start(core as SenderCore, () => {
    throw new Error('of the page');
  });
  await page.sender.flush();
  assert.deepEqual(queued(), []);
});

test('a page that is not listed sends nothing, and says so', async () => {
  const warn = mock.method(console, 'warn', () => {});
  await start([entry('1')], { isKnownOrigin: false });
  await page.sender.flush();
  assert.equal(page.requests.length, 0);
  assert.ok(String(warn.mock.calls[0]?.arguments[0]).includes(ORIGIN + ' is not among the origins of site shop'));
});

test('the server renews the cookie of the last confirmed decision, where it can set it', async () => {
  const own = ORIGIN + '/consent/v1/shop/decisions';
  page.answers = [stored, stored, () => new Promise<never>(() => {})];
  await start([entry('1', { url: own }), entry('2', { url: own })], { serverBase: ORIGIN + '/consent/' });
  await page.sender.flush();
  assert.deepEqual(sent(), ['1', '2', '2']);
  const { init } = page.requests[2] as Request;
  assert.equal(init.credentials, 'same-origin');
  assert.equal(init.keepalive, false);
  assert.equal(page.sender.abortRenewal(), true);
  assert.equal(init.signal?.aborted, true);
});

test('a renewal is given up after ten seconds; none can be aborted once it has ended', async () => {
  page.answers = [stored, () => new Promise<never>(() => {})];
  await start([entry('1')], { config: { site: 'shop', domain: 'example' } as SenderCore['config'] });
  await page.sender.flush();
  assert.equal(page.requests[1]?.init.credentials, 'include');
  await pass(1e4);
  assert.equal(page.requests[1]?.init.signal?.aborted, true);

  page.answers = [stored];
  await start([entry('1')], { config: { site: 'shop', domain: 'example' } as SenderCore['config'] });
  await page.sender.flush();
  await settle();
  assert.equal(page.sender.abortRenewal(), false);
});

test('on another host no cookie is renewed', async () => {
  page.answers = [stored];
  await start([entry('1')]);
  await page.sender.flush();
  assert.equal(page.requests.length, 1);
  assert.equal(page.sender.abortRenewal(), false);
});
