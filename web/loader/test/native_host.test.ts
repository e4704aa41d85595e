// The part of a native first layer that is written in TypeScript: the check of the package, the hash, the answers.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  checkPackage,
  hashDocument,
  NativeAnswers,
  parseDocument,
  type Expected,
  type System,
} from '../../sdk/hosts/NativeAnswer';

const EXPECTED: Expected = { site: 'shop', platform: 'harmony', policy: '2024-01', language: 'en' };
const NATIVE = {
  v: 1,
  kind: 'native-first-launch',
  site: 'shop',
  policy: '2024-02',
  platform: 'harmony',
  language: 'en',
  template: 'arkts/1',
  direction: 'ltr',
  holds: ['2024-01'],
  shown: 'harmony:analytics',
  blocks: [],
  buttons: [],
};
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const native = (change: object = {}): Uint8Array => bytesOf(JSON.stringify({ ...NATIVE, ...change }));

const keys = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');

/** The system of a device, with the files of a package. */
class Device implements System {
  files = new Map<string, Uint8Array>();
  kept: string | undefined;
  isFull = false;
  problems: string[] = [];
  clock = '2026-11-28T00:00:00.000Z';

  constructor(manifest: object = {}, key = keys.privateKey) {
    const page = native();
    const integrity = 'sha384-' + createHash('sha384').update(page).digest('base64');
    const list = { site: 'shop', platform: 'harmony', policy: '2024-02', files: [{ path: 'native.json', integrity }] };
    const text = bytesOf(JSON.stringify({ ...list, ...manifest }));
    this.files.set('native.json', page);
    this.files.set('manifest.json', text);
    this.files.set('manifest.sig', bytesOf(sign(null, text, key).toString('base64') + '\n'));
  }
  read = (path: string): Uint8Array => {
    const found = this.files.get(path);
    if (!found) throw new Error('no file ' + path);
    return found;
  };
  decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  encode = bytesOf;
  encodeBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  hash = (algorithm: string, bytes: Uint8Array): Uint8Array =>
    new Uint8Array(createHash(algorithm.toLowerCase()).update(bytes).digest());
  verify = (bytes: Uint8Array, signature: string): Promise<boolean> =>
    Promise.resolve(verify(null, bytes, keys.publicKey, Buffer.from(signature, 'base64')));
  random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
  readAnswers = (): string => {
    if (this.kept === undefined) throw new Error('no file');
    return this.kept;
  };
  writeAnswers = (text: string): void => {
    if (this.isFull) throw new Error('the disk is full');
    this.kept = text;
  };
  now = (): string => this.clock;
  log = (problem: string): void => void this.problems.push(problem);
}

const answersOf = (device: Device): NativeAnswers => new NativeAnswers(device, EXPECTED);

// C-37
test('the hash is that of Go and Kotlin', () => {
  const device = new Device();
  const file = process.env['NOD_NATIVE_VECTORS'] || '';
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as { name: string; canonical: string; hash: string }[];
  assert.ok(vectors.length >= 5);
  for (const v of vectors) assert.equal(hashDocument(device, bytesOf(v.canonical)), v.hash, v.name);
});

// C-40
test('a package that is not as it was signed is not shown, and the log says why', async () => {
  const changed = new Device();
  changed.files.set('native.json', native({ back: 'Back' }));
  const missing = new Device();
  missing.files.delete('native.json');
  const unsigned = new Device();
  unsigned.files.delete('manifest.sig');
  for (const [device, said] of [
    [new Device(), /^$/],
    [changed, /^native.json: it was changed$/],
    [missing, /can't be read.*native.json/],
    [unsigned, /can't be read.*manifest.sig/],
    [new Device({}, other.privateKey), /no signature with this app's key/],
    [new Device({ site: 'other' }), /of the site other/],
    [new Device({ platform: 'android' }), /for android/],
    [new Device({ policy: '2023-12' }), /older than 2024-01/],
    [new Device({ policy: undefined }), /older than/],
    [new Device({ files: 7 }), /can't be read/],
  ] as [Device, RegExp][]) {
    const problem = await checkPackage(device, EXPECTED);
    assert.ok(said.test(problem), problem);
    assert.equal(device.problems.length, problem ? 1 : 0);
  }
});

// C-05, C-35
test('a refusal stands, a later agreement is stored beside it, and the page forgets both', () => {
  const device = new Device();
  const document = parseDocument(device, native());
  assert.equal(answersOf(device).next(document), 'ask');
  assert.ok(answersOf(device).add(native(), false));
  assert.equal(answersOf(device).next(document), 'basic');
  device.clock = '1970-01-01T00:00:00.000Z'; // a clock decides nothing
  assert.equal(answersOf(device).next(document), 'basic');
  assert.ok(answersOf(device).add(native(), false)); // twice the same is once
  assert.ok(answersOf(device).add(native(), true));
  const answers = answersOf(device);
  assert.deepEqual(
    answers.waiting.map((a) => a.agreed),
    [false, true],
  );
  const [, yes] = answers.waiting;
  assert.deepEqual(
    [yes?.presentation, yes?.template, yes?.policy, yes?.seed.length],
    [hashDocument(device, native()), 'arkts/1', '2024-02', 86],
  );
  assert.equal(answers.next(document), 'page');
  answers.drop('another');
  assert.equal(answersOf(device).waiting.length, 2);
  answers.drop(yes?.id || '');
  assert.equal(answersOf(device).waiting.length, 0);
  assert.equal(answersOf(device).next({ ...document, policy: '2030', holds: [] }), 'page');
  answers.note('save', '2024-02');
  assert.equal(answersOf(device).next(document), 'page');
  answers.note('withdraw', '2024-02');
  assert.equal(answersOf(device).next(document), 'basic');
});

// C-28, C-29, C-40
test('an answer of another version, site or platform is asked again', () => {
  const device = new Device();
  const document = parseDocument(device, native());
  for (const agreed of [true, false]) {
    answersOf(device).add(native(), agreed);
    const kept = JSON.parse(device.kept || '') as Record<string, unknown>;
    const read = (change: object, d = document): string => {
      const changed = new Device();
      changed.kept = JSON.stringify({ ...kept, ...change });
      return answersOf(changed).next(d);
    };
    const counts = agreed ? 'page' : 'basic';
    assert.equal(read({}), counts);
    assert.equal(read({ policy: '2024-01' }), counts); // nothing material changed since
    for (const change of [{ v: 2 }, { site: 'x' }, { platform: 'ios' }, { agreed: 'yes' }, { answers: {} }])
      assert.equal(read(change), 'ask');
    assert.equal(read({ policy: '2023-01' }), 'ask');
    assert.equal(read({}, { ...document, policy: '2024-03', holds: [] }), 'ask');
  }
  for (const kept of ['', '{', 'null', '[]']) {
    device.kept = kept;
    assert.equal(answersOf(device).next(document), 'ask');
  }
});

test("an answer that can't be stored does not count", () => {
  const device = new Device();
  device.isFull = true;
  const answers = answersOf(device);
  assert.equal(answers.add(native(), true), false);
  assert.deepEqual([answers.waiting.length, answers.next(parseDocument(device, native()))], [0, 'ask']);
  assert.ok(/full/.test(device.problems.join()));
});
