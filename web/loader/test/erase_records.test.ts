// Deleting the person's own records: in which order, and what each answer means.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { LocalData } from '../src/core/core';
import type { EraserCore } from '../src/ui/erase-records';
import { fresh, pass, releaseClock, setGlobals, stopClock } from './fresh';
import type * as Module from './modules/erase_records';

const SERVER = 'https://consent.example/';
const ERASED = { state: 'erased' };

let local: LocalData;
let requests: string[];
let answer: (method: string) => Response | Promise<Response>;

beforeEach(() => {
  stopClock();
  mock.method(console, 'warn', () => {});
  mock.method(Math, 'random', () => 0);
  requests = [];
  local = { subject: 'me', secret: 'key', queue: [], receipt: undefined };
  answer = () => Response.json({ record: { id: '1' } });
  setGlobals({
    location: { origin: 'https://shop.example' },
    fetch: async (url: string, { method, headers }: RequestInit) => {
      requests.push(`${method} ${url} ${(headers as Record<string, string>)['authorization']}`);
      return answer(method || '');
    },
  });
});

afterEach(() => {
  releaseClock();
  mock.restoreAll();
});

/** Deletes the records, and passes time until that is done. */
async function erase(change: Partial<EraserCore> = {}): Promise<Module.Erasure> {
  const module = await fresh<typeof Module>('erase_records');
  const core = {
    config: { site: 'shop' },
    isKnownOrigin: true,
    serverBase: SERVER,
    getStored: () => ({ decision: '1' }),
    readLocal: () => structuredClone(local),
    writeLocal: (l: LocalData) => void (local = l),
    withdraw: () =>
      local.queue.push({ url: SERVER + 'v1/shop/decisions', id: '1', body: '{"answers":{}}', bearer: 'key' }),
    ...change,
  } as unknown as EraserCore;
  module.start(core as never, () => {});
  let done: Module.Erasure | undefined;
  void module.eraseRecords(core, {}).then((result) => (done = result));
  for (let i = 0; !done && i < 1000; i++) await pass(50);
  assert.ok(done, 'no answer came');
  return done;
}

const fail = (): never => {
  throw new Error('must not happen');
};

const isErasure = (method: string): boolean => method == 'DELETE';

test('the withdrawal is sent first, and then the records are deleted with the secret', async () => {
  answer = (method) => Response.json(isErasure(method) ? ERASED : { record: { id: '1' } });
  assert.deepEqual(await erase(), ERASED);
  assert.deepEqual(requests, [
    `POST ${SERVER}v1/shop/decisions Bearer key`,
    `DELETE ${SERVER}v1/shop/subjects/me Bearer key`,
  ]);
});

test('a restriction says until when', async () => {
  const until = '2030-11-29T00:00:00Z';
  answer = (method) => Response.json(isErasure(method) ? { state: 'restricted', until } : { record: { id: '1' } });
  assert.deepEqual(await erase(), { state: 'restricted', until });
});

test('nothing is deleted while a decision waits that would come afterwards', async () => {
  answer = () => Promise.reject(new TypeError('offline'));
  assert.deepEqual(await erase(), { state: 'failed' });
  assert.ok(!requests.some((r) => r.startsWith('DELETE')));
});

test('decisions of another site do not hold it up', async () => {
  local.queue.push({ url: SERVER + 'v1/other/decisions', id: '7', body: '{}', bearer: '' });
  answer = (method) => Response.json(isErasure(method) ? ERASED : { record: { id: '1' } });
  assert.deepEqual(await erase(), ERASED);
});

for (const [name, change, deleted] of [
  ['without a decision', { getStored: () => ({ decision: '' }) }, undefined],
  ['without the secret', { readLocal: () => ({ ...local, queue: [], secret: '' }) }, undefined],
  ['where the page throws', { withdraw: fail }, undefined],
  ['where the server refuses', {}, () => Response.json({ type: 'about:blank' }, { status: 401 })],
  ['where a proxy answers', {}, () => new Response('<p>')],
  ['where the answer is unknown', {}, () => Response.json({ state: 'maybe' })],
  ['where the connection breaks', {}, () => Promise.reject(new TypeError('offline'))],
] as [string, Partial<EraserCore>, (() => Response) | undefined][])
  test('it fails without an error ' + name, async () => {
    answer = (method) => (isErasure(method) ? (deleted || fail)() : Response.json({ record: { id: '1' } }));
    assert.deepEqual(await erase(change), { state: 'failed' });
  });
