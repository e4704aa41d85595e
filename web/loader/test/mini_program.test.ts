// The first layer of a mini program: its bytes and hashes, what is drawn, and the decisions that it sends by itself.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as bytes from '../../sdk/hosts/miniprogram/src/bytes';
import { drawScreen, FirstLayer, type Options, type Platform } from '../../sdk/hosts/miniprogram/src/nod';
import { hashSHA256 } from '../../sdk/hosts/miniprogram/src/sha256';
import { hashDocument, type System } from '../../sdk/hosts/NativeAnswer';

const OPTIONS: Options = {
  site: 'shop',
  policy: '2024-01',
  language: 'en',
  server: 'https://consent.example',
  folder: 'nod',
  grantedDays: 365,
  deniedDays: 184,
};
const NATIVE = {
  v: 1,
  kind: 'native-first-launch',
  site: 'shop',
  policy: '2024-02',
  platform: 'web',
  language: 'en',
  template: 'wxml/1',
  direction: 'ltr',
  holds: ['2024-01'],
  shown: 'web:analytics help',
  covers: [
    { id: 'analytics', hash: 'aaaaaa' },
    { id: 'help', hash: 'bbbbbb' },
  ],
  back: 'Back',
  blocks: [
    { t: 'title', text: [{ s: 'Welcome' }] },
    { t: 'more', text: [{ s: 'More' }], blocks: [{ t: 'item', mark: '•', level: 1, text: [{ s: 'Folded' }] }] },
    { t: 'link', page: 'policy', text: [{ s: 'Policy' }] },
  ],
  buttons: [
    { do: 'disagree', text: 'Disagree' },
    { do: 'agree', text: 'Agree' },
  ],
  basic: { blocks: [{ t: 'title', text: [{ s: 'Basics' }] }], buttons: [{ do: 'again', text: 'Again' }] },
  pages: { policy: { blocks: [{ t: 'title', text: [{ s: '政策' }] }], buttons: [] } },
};

interface Sent {
  url: string;
  header: Record<string, string>;
  body: Record<string, unknown> & { id: string; subject: string; previous: string | null; secret?: string };
}

/** A phone with WeChat. */
class Phone implements Platform {
  storage = new Map<string, string>();
  sent: Sent[] = [];
  status = 201; // of the server's answers; 0: there is no network
  type = 'application/problem+json'; // of their content
  isFull = false;
  hasRandom = true;
  clock = Date.parse('2026-11-28T00:00:00Z');
  problems: string[] = [];
  native: object = NATIVE;

  getFileSystemManager = (): ReturnType<Platform['getFileSystemManager']> => ({
    readFileSync: (path) => {
      assert.equal(path, 'nod/shop/en/native.json');
      return new TextEncoder().encode(JSON.stringify(this.native)).buffer;
    },
  });
  getStorageSync = (key: string): unknown => this.storage.get(key) ?? '';
  setStorageSync = (key: string, text: string): void => {
    if (this.isFull) throw new Error('full');
    this.storage.set(key, text);
  };
  getRandomValues: Platform['getRandomValues'] = ({ length, success, fail }) =>
    this.hasRandom ? success({ randomValues: new Uint8Array(randomBytes(length)).buffer }) : fail('none');
  request: Platform['request'] = ({ url, header, data, success, fail }) => {
    if (!this.status) return fail({ errMsg: 'offline' });
    this.sent.push({ url, header, body: JSON.parse(data) as Sent['body'] });
    success({ statusCode: this.status, data: { record: url }, header: { 'Content-Type': this.type } });
  };

  start = (options: object = {}): FirstLayer =>
    new FirstLayer(
      this,
      { ...OPTIONS, ...options },
      (problem) => void this.problems.push(problem),
      () => this.clock,
    );

  /** Taps in the first layer of a new start. */
  async tap(agreed: boolean): Promise<FirstLayer> {
    const layer = this.start();
    assert.ok(await layer.answer(agreed));
    await layer.send();
    return layer;
  }
}

const wait = (): Promise<void> => new Promise((done) => setImmediate(done));
const actions = (phone: Phone): unknown[] => phone.sent.map((s) => s.body['action']);

test('bytes, texts and hashes are those of Node', () => {
  for (const text of ['', 'a', 'ab', 'abc', '同意 👋🏽 \u2028 "\\', 'x'.repeat(55), 'x'.repeat(64), 'é'.repeat(999)]) {
    const encoded = bytes.encodeUTF8(text);
    assert.deepEqual(encoded, new TextEncoder().encode(text));
    assert.equal(bytes.decodeUTF8(encoded), text);
    assert.deepEqual(hashSHA256(encoded), new Uint8Array(createHash('sha256').update(encoded).digest()));
  }
  for (let length = 0; length < 130; length++) {
    const random = new Uint8Array(randomBytes(length));
    const latin = String.fromCharCode(...random);
    assert.equal(bytes.btoa(latin), btoa(latin));
    assert.equal(bytes.atob(btoa(latin)), latin);
    assert.equal(bytes.encodeBase64(random), Buffer.from(random).toString('base64'));
    assert.deepEqual(hashSHA256(random), new Uint8Array(createHash('sha256').update(random).digest()));
  }
  assert.throws(() => bytes.decodeUTF8(new Uint8Array([0xff])));
});

// C-37
test('the hash of what is drawn is that of Go and Kotlin', () => {
  const vectors = JSON.parse(readFileSync(process.env['NOD_NATIVE_VECTORS'] || '', 'utf8')) as {
    canonical: string;
    hash: string;
  }[];
  const system = {
    decode: bytes.decodeUTF8,
    encode: bytes.encodeUTF8,
    encodeBase64: bytes.encodeBase64,
    hash: (_: string, b: Uint8Array) => hashSHA256(b),
  } as unknown as System;
  for (const v of vectors) assert.equal(hashDocument(system, bytes.encodeUTF8(v.canonical)), v.hash);
});

test('only what native.json says is drawn, in its order', () => {
  const { document } = new Phone().start();
  const texts = (name: string, opened: string[] = []): string[] => {
    const { lines, buttons } = drawScreen(document, name, opened);
    return [...lines.map((l) => l.mark + l.runs.map((r) => r.s).join('')), ...buttons.map((b) => b.text)];
  };
  assert.deepEqual(texts('first'), ['Welcome', 'More', 'Policy', 'Disagree', 'Agree']);
  assert.deepEqual(texts('first', ['first.1']), ['Welcome', 'More', '•Folded', 'Policy', 'Disagree', 'Agree']);
  assert.deepEqual(texts('basic'), ['Basics', 'Again']);
  assert.deepEqual(texts('policy'), ['政策', 'Back']);
  assert.deepEqual(texts('constructor'), texts('first')); // no page has that name
});

// C-01, C-37
test('an agreement becomes one decision of the mini program itself', async () => {
  const phone = new Phone();
  assert.ok(phone.start().mustAsk());
  assert.ok(!phone.start().has('analytics'));
  const layer = await phone.tap(true);
  assert.deepEqual(
    [layer.mustAsk(), layer.hasAgreed(), layer.has('analytics'), layer.has('other')],
    [false, true, true, false],
  );
  await phone.start().send();
  const [first, ...more] = phone.sent;
  assert.equal(more.length, 0);
  assert.ok(first);
  assert.equal(first.url, 'https://consent.example/v1/shop/decisions');
  const { id, subject, secret, presentation, ...rest } = first.body;
  assert.ok(/^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(String(id)), String(id));
  assert.ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4/.test(String(subject)), String(subject));
  assert.ok(/^[\w-]{43}$/.test(String(secret)), String(secret));
  assert.ok(/^[\w-]{22}$/.test(String(presentation)), String(presentation));
  assert.deepEqual(rest, {
    policy: '2024-02',
    language: 'en',
    platform: 'web',
    gpc: false,
    action: 'accept_all',
    answers: { analytics: 'granted', help: 'granted' },
    services: {},
    previous: null,
    decided_at: '2026-11-28T00:00:00.000Z',
  });
  assert.deepEqual(layer.receipt(), { record: first.url });
});

// C-01, C-03, C-05
test('after a refusal there is no request, until the person agrees', async () => {
  const phone = new Phone();
  const layer = await phone.tap(false);
  assert.deepEqual([layer.mustAsk(), layer.has('analytics'), phone.sent.length], [false, false, 0]);
  for (let i = 0; i < 3; i++) {
    const again = phone.start();
    await again.send();
    assert.deepEqual([again.mustAsk(), phone.sent.length], [false, 0]);
  }
  phone.clock += 864e5;
  await phone.tap(true);
  assert.deepEqual(actions(phone), ['reject_all', 'accept_all']);
  const [no, yes] = phone.sent;
  assert.equal(yes?.body.previous, no?.body.id);
  assert.equal(yes?.header['Authorization'], 'Bearer ' + no?.body.secret);
  assert.ok(phone.start().has('analytics'));
});

// C-10, C-11
test('a later refusal withdraws, and is sent', async () => {
  const phone = new Phone();
  await phone.tap(true);
  phone.clock += 1000;
  const layer = await phone.tap(false);
  assert.deepEqual(actions(phone), ['accept_all', 'withdraw']);
  assert.ok(!layer.has('analytics'));
  assert.ok(!phone.start().mustAsk());
});

// C-35
test('what a killed program stored becomes the same decision, sent once', async () => {
  const phone = new Phone();
  phone.status = 0;
  await phone.tap(true);
  const [decisions] = [phone.storage.get('nod-shop-decisions')];
  const answers = JSON.parse(phone.storage.get('nod-shop-answers') || '') as { answers: unknown[] };
  assert.equal(answers.answers.length, 0);
  phone.status = 503;
  await phone.start().send();
  phone.status = 201;
  await phone.start().send();
  await phone.start().send();
  assert.equal(phone.sent.length, 2); // the first was not taken
  assert.equal(phone.sent[0]?.body.id, phone.sent[1]?.body.id);
  assert.ok(decisions?.includes(String(phone.sent[0]?.body.id)));
});

test('a decision that could not be stored is made again, with the same id', async () => {
  const phone = new Phone();
  const layer = phone.start();
  const write = phone.setStorageSync;
  phone.setStorageSync = (key, text) => {
    if (key.endsWith('decisions')) throw new Error('killed');
    write(key, text);
  };
  await layer.answer(true);
  await wait();
  assert.deepEqual([phone.sent.length, layer.has('analytics')], [0, false]);
  phone.setStorageSync = write;
  const tapped = phone.storage.get('nod-shop-answers') || '';
  for (let i = 0; i < 2; i++) {
    phone.storage.set('nod-shop-answers', tapped);
    phone.storage.delete('nod-shop-decisions');
    await phone.start().send();
  }
  assert.equal(phone.sent.length, 2);
  assert.equal(phone.sent[0]?.body.id, phone.sent[1]?.body.id);
});

// C-11
test('a withdrawal waits while a proxy answers in place of the server', async () => {
  const phone = new Phone();
  await phone.tap(true);
  for (const [status, type] of [
    [404, 'application/problem+json'],
    [403, 'text/html'],
    [429, 'application/problem+json'],
    [302, 'text/html'],
  ] as const) {
    [phone.status, phone.type] = [status, type];
    await phone.tap(false);
    [phone.status, phone.type] = [201, 'application/json'];
    phone.sent.length = 0;
    await phone.start().send();
    assert.equal(phone.sent.length, 1, `after ${status} ${type}`);
  }
  assert.equal(phone.start().has('analytics'), false);
});

// C-40
test('what the server refuses is not granted, and is asked again', async () => {
  const phone = new Phone();
  phone.status = 422;
  const layer = await phone.tap(true);
  assert.deepEqual([layer.has('analytics'), phone.start().mustAsk(), phone.problems.length], [false, true, 1]);
  assert.ok(/refused a decision: 422/.test(phone.problems.join()), phone.problems.join());
});

// C-40
test('what cannot be stored does not count', async () => {
  const phone = new Phone();
  phone.isFull = true;
  assert.equal(await phone.start().answer(true), false);
  phone.isFull = false;
  phone.hasRandom = false;
  assert.equal(await phone.start().answer(true), false);
  assert.deepEqual([phone.start().mustAsk(), phone.start().has('analytics'), phone.sent.length], [true, false, 0]);
});

// C-06, C-28, C-29
test('a changed purpose, a term that ended and a version with other contents are asked again', async () => {
  const phone = new Phone();
  await phone.tap(true);
  phone.native = { ...NATIVE, policy: '2024-03', holds: ['2024-02'] };
  assert.deepEqual([phone.start().mustAsk(), phone.start().has('help')], [false, true]);
  phone.native = { ...NATIVE, covers: [{ id: 'help', hash: 'cccccc' }] };
  assert.deepEqual([phone.start().mustAsk(), phone.start().has('help')], [true, false]);
  phone.native = NATIVE;
  phone.clock += 366 * 864e5;
  assert.deepEqual([phone.start().mustAsk(), phone.start().has('help')], [true, false]);
});

// C-40
test('files of another site, for another platform or of an older policy are not drawn', () => {
  const phone = new Phone();
  for (const [change, problem] of [
    [{ site: 'other' }, /of the site other/],
    [{ platform: 'android' }, /for android/],
    [{ policy: '2023-12' }, /older than 2024-01/],
    [{ policy: undefined }, /older than/],
  ] as const) {
    phone.native = { ...NATIVE, ...change };
    assert.throws(() => phone.start(), problem);
  }
  phone.native = NATIVE;
  phone.storage.set('nod-shop-decisions', '{').set('nod-shop-answers', '[]');
  assert.deepEqual([phone.start().mustAsk(), phone.start().has('analytics')], [true, false]);
});
