// The queue of decisions: what may stay in it, and what other tabs and sites have there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueuedDecision } from '../src/core/core';
import { pass, settle } from './fresh';
import { entry, page, problem, queued, sent, start, stored, useSendingPage } from './sending_page';

useSendingPage();

test('of more than a hundred decisions, the oldest grants go first', async () => {
  page.answers = [problem(503)];
  const all = Array.from({ length: 103 }, (_, i) => entry(i + '', {}, i < 2 ? { answers: { ads: 'denied' } } : {}));
  await start(all);
  await page.sender.flush();
  assert.deepEqual(queued().slice(0, 4), ['0', '1', '5', '6']);
  assert.equal(queued().length, 100);
});

test('of more than a hundred refusals, the oldest go', async () => {
  page.answers = [problem(503)];
  await start(Array.from({ length: 102 }, (_, i) => entry(i + '', {}, { answers: { ads: 'denied' } })));
  await page.sender.flush();
  assert.equal(queued().length, 100);
  assert.equal(queued()[0], '2');
});

test('what no script of ours wrote is dropped', async () => {
  page.answers = [stored];
  const broken = [
    null,
    'text',
    { id: '0' },
    entry('2', { bearer: 'two words' }),
    entry('3', { bearer: 'a\nb' }),
  ] as unknown as QueuedDecision[];
  await start([...broken, entry('1')]);
  await page.sender.flush();
  assert.deepEqual(sent(), ['1']);
  assert.deepEqual(queued(), []);
});

test("another site's decisions stay for its own pages", async () => {
  page.answers = [stored];
  await start([entry('other', { url: 'https://consent.example/v1/other/decisions' }), entry('1')]);
  await page.sender.flush();
  assert.deepEqual(sent(), ['1']);
  assert.deepEqual(queued(), ['other']);
});

test('what another tab writes meanwhile stays, and is sent', async () => {
  let reply = (_: Response): void => {};
  page.answers = [() => new Promise<Response>((done) => (reply = done)), stored];
  await start([entry('1')]);
  const done = page.sender.flush();
  await settle();
  page.local = { ...page.local, subject: 'from the other tab', queue: [...page.local.queue, entry('2')] };
  reply(stored());
  await done;
  assert.deepEqual(sent(), ['1', '2']);
  assert.deepEqual(queued(), []);
  assert.equal(page.local.subject, 'from the other tab');
});

test('what another tab has sent meanwhile is not sent again', async () => {
  let reply = (_: Response): void => {};
  page.answers = [() => new Promise<Response>((done) => (reply = done)), stored];
  await start([entry('1'), entry('2')]);
  const done = page.sender.flush();
  await settle();
  page.local = { ...page.local, queue: [] };
  reply(stored());
  await done;
  assert.deepEqual(sent(), ['1']);
});

test('one request is under way at a time', async () => {
  page.answers = [() => new Promise<never>(() => {})];
  await start([entry('1')]);
  void page.sender.flush();
  void page.sender.flush();
  await settle();
  assert.equal(page.requests.length, 1);
});

test('flushing ends the pause', async () => {
  page.answers = [problem(503), stored];
  await start([entry('1')]);
  await page.sender.flush();
  await page.sender.flush();
  assert.equal(page.requests.length, 2);
  await pass(1e6);
  assert.equal(page.requests.length, 2);
});
