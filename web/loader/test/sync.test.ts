// Sending decisions: when each is sent, and what each answer does to the queue.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { Local, Receipt, Sent } from '../src/keep';
import type { SenderCore } from '../src/sync';
import { fresh, pass, releaseClock, setGlobals, settle, stopClock } from './fresh';
import type * as Sender from './modules/sync';

const ORIGIN = 'https://shop.example';
const URL_OF_DECISIONS = 'https://consent.example/v1/shop/decisions';

interface Request {
  url: string;
  init: RequestInit;
  body: { id: string; presentation: string; answers: object; services: object };
}

let sender: typeof Sender;
let local: Local;
let requests: Request[];
let answers: (() => Promise<Response> | Response)[]; // to the next requests; the last one to all that follow
let confirmed: number;

const entry = (id: string, change: Partial<Sent> = {}, body: object = {}): Sent => ({
  url: URL_OF_DECISIONS,
  id,
  bearer: '',
  body: JSON.stringify({ id, answers: { analytics: 'granted' }, services: {}, presentation: 'abc', ...body }),
  ...change,
});
const queued = (): string[] => local.queue.map((d) => d.id);
const sent = (): string[] => requests.map((r) => r.body.id);
const receipt = (id: string): Receipt => ({ record: { id } });
const stored = (): Response => Response.json(receipt('1'), { status: 201 });
const problem =
  (status: number, headers: Record<string, string> = {}) =>
  () =>
    new Response('{}', { status, headers: { 'content-type': 'application/problem+json', ...headers } });
const html = (status: number) => () => new Response('<p>', { status, headers: { 'content-type': 'text/html' } });

async function start(queue: Sent[], change: Partial<SenderCore> = {}): Promise<void> {
  local = { subject: '', secret: '', queue, receipt: undefined };
  sender = await fresh<typeof Sender>('sync');
  const core = {
    config: { site: 'shop' },
    known: true,
    decisions: URL_OF_DECISIONS,
    readLocal: () => structuredClone(local),
    writeLocal: (l: Local) => void (local = structuredClone(l)),
    ...change,
  } as SenderCore;
  sender.start(core, () => confirmed++);
}

beforeEach(() => {
  stopClock();
  mock.method(Math, 'random', () => 0);
  mock.method(console, 'warn', () => {});
  requests = [];
  confirmed = 0;
  setGlobals({
    location: { origin: ORIGIN },
    fetch: async (url: string, init: RequestInit) => {
      requests.push({ url, init, body: JSON.parse(init.body as string) });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      assert.ok(answer);
      return answer();
    },
  });
});
afterEach(() => {
  releaseClock();
  mock.restoreAll();
});

test('what waits is sent in order, and the receipt of the last is stored', async () => {
  answers = [() => Response.json(receipt('1')), () => Response.json(receipt('2'))];
  await start([entry('1'), entry('2', { bearer: 'key' })]);
  await sender.flush();
  assert.deepEqual(sent(), ['1', '2']);
  assert.deepEqual(queued(), []);
  assert.deepEqual(local.receipt, receipt('2'));
  assert.equal(confirmed, 2);
  const [first, second] = requests.map((r) => r.init);
  assert.equal(first?.credentials, 'omit');
  assert.equal(first?.keepalive, true);
  assert.deepEqual(first?.headers, { 'content-type': 'application/json' });
  assert.deepEqual(second?.headers, { 'content-type': 'application/json', authorization: 'Bearer key' });
});

test('the pause before a retry doubles, up to five minutes', async () => {
  answers = [problem(503)];
  await start([entry('1')]);
  await sender.flush();
  for (const pause of [2e3, 4e3, 8e3, 16e3, 32e3, 64e3, 128e3, 256e3, 3e5, 3e5]) {
    const before = requests.length;
    await pass(pause - 1);
    assert.equal(requests.length, before, 'a request came before ' + pause + ' ms');
    await pass(1);
    assert.equal(requests.length, before + 1, 'no request came after ' + pause + ' ms');
  }
  assert.deepEqual(queued(), ['1']);
});

test('a pause is longer by chance, by a quarter at most', async () => {
  mock.method(Math, 'random', () => 0.999);
  answers = [problem(503)];
  await start([entry('1')]);
  await sender.flush();
  await pass(2490);
  assert.equal(requests.length, 1);
  await pass(10);
  assert.equal(requests.length, 2);
});

test('after a success the first pause is short again', async () => {
  answers = [problem(503), problem(503), stored, problem(503), stored];
  await start([entry('1'), entry('2')]);
  await sender.flush();
  await pass(2e3);
  await pass(4e3);
  assert.deepEqual(sent(), ['1', '1', '1', '2']);
  await pass(2e3);
  assert.deepEqual(sent(), ['1', '1', '1', '2', '2']);
  assert.deepEqual(queued(), []);
});

for (const status of [429, 503]) {
  test(`Retry-After of a ${status} is waited for`, async () => {
    answers = [problem(status, { 'retry-after': '30' }), stored];
    await start([entry('1')]);
    await sender.flush();
    await pass(30e3 - 1);
    assert.equal(requests.length, 1);
    await pass(1);
    assert.equal(requests.length, 2);
    assert.deepEqual(queued(), []);
  });
}

test('a Retry-After that is a date or shorter changes no pause', async () => {
  for (const value of ['Sat, 28 Nov 2026 00:00:00 GMT', '1']) {
    requests = [];
    answers = [problem(429, { 'retry-after': value }), stored];
    await start([entry('1')]);
    await sender.flush();
    await pass(2e3 - 1);
    assert.equal(requests.length, 1);
    await pass(1);
    assert.equal(requests.length, 2);
  }
});

test('a server that hangs is given up after ten seconds, and asked again', async () => {
  answers = [() => new Promise<never>(() => {}), stored];
  await start([entry('1')]);
  const done = sender.flush();
  await pass(1e4 - 1);
  assert.equal(requests[0]?.init.signal?.aborted, false);
  await pass(1);
  await done;
  assert.equal(requests[0]?.init.signal?.aborted, true);
  assert.equal(requests.length, 1);
  await pass(2e3);
  assert.equal(requests.length, 2);
  assert.deepEqual(queued(), []);
});

test('a receipt that does not arrive in time is asked for again', async () => {
  answers = [() => Object.assign(stored(), { json: () => new Promise(() => {}) }), stored];
  await start([entry('1')]);
  const done = sender.flush();
  await pass(1e4);
  await done;
  assert.deepEqual(queued(), ['1']);
  await pass(2e3);
  assert.deepEqual(queued(), []);
});

test('offline, and with an answer that is no JSON, it is sent later', async () => {
  answers = [
    () => Promise.reject(new TypeError('Failed to fetch')),
    () => new Response('<p>', { status: 200 }),
    stored,
  ];
  await start([entry('1')]);
  await sender.flush();
  await pass(2e3);
  assert.deepEqual(queued(), ['1']);
  await pass(4e3);
  assert.deepEqual(queued(), []);
});

test('a decision that is on its way already is not sent twice', async () => {
  answers = [stored];
  await start([entry('1'), entry('2')]);
  await sender.flush(Promise.resolve(Response.json(receipt('1'))), '1');
  assert.deepEqual(sent(), ['2']);
  assert.deepEqual(queued(), []);
});

test('an answer to another decision than the first counts for nothing', async () => {
  answers = [stored];
  await start([entry('1'), entry('2')]);
  await sender.flush(Promise.resolve(Response.json(receipt('2'))), '2');
  assert.deepEqual(sent(), ['1', '2']);
});

test('of a decision that the server does not take, the refusals are sent', async () => {
  answers = [problem(422), stored];
  const answered = { analytics: 'granted', ads: 'denied' };
  const fromApp = { permission: 'camera', tenant: 't', guardian: {} };
  await start([entry('1', {}, { answers: answered, services: { s: 'denied', t: 'granted' }, ...fromApp })]);
  await sender.flush();
  assert.deepEqual(requests[1]?.body as object, {
    id: '1',
    answers: { ads: 'denied' },
    services: { s: 'denied' },
    presentation: 'custom',
  });
  assert.deepEqual(queued(), []);
});

test('a decision goes when the server refuses it, and nothing in it is a refusal', async () => {
  answers = [problem(422)];
  await start([entry('1'), entry('2', {}, { answers: { ads: 'denied' }, presentation: 'custom' })]);
  await sender.flush();
  assert.deepEqual(sent(), ['1', '2']);
  assert.deepEqual(queued(), []);
});

for (const status of [400, 403, 409, 410, 413, 415]) {
  test(`a ${status} of the server is final`, async () => {
    answers = [problem(status)];
    await start([entry('1')]);
    await sender.flush();
    assert.deepEqual(queued(), []);
    await pass(1e6);
    assert.equal(requests.length, 1);
  });
}

for (const [name, answer] of [
  ['404 of the server', problem(404)],
  ['403 of a proxy', html(403)],
  ['422 of a proxy', html(422)],
  ['500', problem(500)],
] as const) {
  test(`a ${name} is not final`, async () => {
    answers = [answer, stored];
    await start([entry('1')]);
    await sender.flush();
    assert.deepEqual(queued(), ['1']);
    await pass(2e3);
    assert.deepEqual(queued(), []);
  });
}

test('of more than a hundred decisions, the oldest grants go first', async () => {
  answers = [problem(503)];
  const all = Array.from({ length: 103 }, (_, i) => entry(i + '', {}, i < 2 ? { answers: { ads: 'denied' } } : {}));
  await start(all);
  await sender.flush();
  assert.deepEqual(queued().slice(0, 4), ['0', '1', '5', '6']);
  assert.equal(queued().length, 100);
});

test('of more than a hundred refusals, the oldest go', async () => {
  answers = [problem(503)];
  await start(Array.from({ length: 102 }, (_, i) => entry(i + '', {}, { answers: { ads: 'denied' } })));
  await sender.flush();
  assert.equal(queued().length, 100);
  assert.equal(queued()[0], '2');
});

test('what no script of ours wrote is dropped', async () => {
  answers = [stored];
  const broken = [
    null,
    'text',
    { id: '0' },
    entry('2', { bearer: 'two words' }),
    entry('3', { bearer: 'a\nb' }),
  ] as unknown as Sent[];
  await start([...broken, entry('1')]);
  await sender.flush();
  assert.deepEqual(sent(), ['1']);
  assert.deepEqual(queued(), []);
});

test("another site's decisions stay for its own pages", async () => {
  answers = [stored];
  await start([entry('other', { url: 'https://consent.example/v1/other/decisions' }), entry('1')]);
  await sender.flush();
  assert.deepEqual(sent(), ['1']);
  assert.deepEqual(queued(), ['other']);
});

test('what another tab writes meanwhile stays, and is sent', async () => {
  let reply = (_: Response): void => {};
  answers = [() => new Promise<Response>((done) => (reply = done)), stored];
  await start([entry('1')]);
  const done = sender.flush();
  await settle();
  local = { ...local, subject: 'from the other tab', queue: [...local.queue, entry('2')] };
  reply(stored());
  await done;
  assert.deepEqual(sent(), ['1', '2']);
  assert.deepEqual(queued(), []);
  assert.equal(local.subject, 'from the other tab');
});

test('what another tab has sent meanwhile is not sent again', async () => {
  let reply = (_: Response): void => {};
  answers = [() => new Promise<Response>((done) => (reply = done)), stored];
  await start([entry('1'), entry('2')]);
  const done = sender.flush();
  await settle();
  local = { ...local, queue: [] };
  reply(stored());
  await done;
  assert.deepEqual(sent(), ['1']);
});

test('one request is under way at a time', async () => {
  answers = [() => new Promise<never>(() => {})];
  await start([entry('1')]);
  void sender.flush();
  void sender.flush();
  await settle();
  assert.equal(requests.length, 1);
});

test('flushing ends the pause', async () => {
  answers = [problem(503), stored];
  await start([entry('1')]);
  await sender.flush();
  await sender.flush();
  assert.equal(requests.length, 2);
  await pass(1e6);
  assert.equal(requests.length, 2);
});

test('an error in what follows a confirmation stops nothing', async () => {
  answers = [stored];
  await start([entry('1'), entry('2')]);
  const core = {
    config: {},
    known: true,
    decisions: URL_OF_DECISIONS,
    readLocal: () => local,
    writeLocal: (l: Local) => void (local = l),
  };
  sender.start(core as SenderCore, () => {
    throw new Error('of the page');
  });
  await sender.flush();
  assert.deepEqual(queued(), []);
});

test('a page that is not listed sends nothing, and says so', async () => {
  const warn = mock.method(console, 'warn', () => {});
  await start([entry('1')], { known: false });
  await sender.flush();
  assert.equal(requests.length, 0);
  assert.ok(String(warn.mock.calls[0]?.arguments[0]).includes(ORIGIN + ' is not among the origins of site shop'));
});

test('the server renews the cookie of the last confirmed decision, where it can set it', async () => {
  const own = ORIGIN + '/consent/v1/shop/decisions';
  answers = [stored, stored, () => new Promise<never>(() => {})];
  await start([entry('1', { url: own }), entry('2', { url: own })], { decisions: own });
  await sender.flush();
  assert.deepEqual(sent(), ['1', '2', '2']);
  const { init } = requests[2] as Request;
  assert.equal(init.credentials, 'same-origin');
  assert.equal(init.keepalive, undefined);
  assert.equal(sender.abortRenewal(), true);
  assert.equal(init.signal?.aborted, true);
});

test('a renewal is given up after ten seconds; none can be aborted once it has ended', async () => {
  answers = [stored, () => new Promise<never>(() => {})];
  await start([entry('1')], { config: { domain: 'example' } as SenderCore['config'] });
  await sender.flush();
  assert.equal(requests[1]?.init.credentials, 'include');
  await pass(1e4);
  assert.equal(requests[1]?.init.signal?.aborted, true);

  answers = [stored];
  await start([entry('1')], { config: { domain: 'example' } as SenderCore['config'] });
  await sender.flush();
  await settle();
  assert.equal(sender.abortRenewal(), false);
});

test('on another host no cookie is renewed', async () => {
  answers = [stored];
  await start([entry('1')]);
  await sender.flush();
  assert.equal(requests.length, 1);
  assert.equal(sender.abortRenewal(), false);
});
