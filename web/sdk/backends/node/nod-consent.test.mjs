// The vectors of app/consent/testdata, which every reader of the cookie passes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { decodeCookie, fetchStatus, isGranted, readCookies } from './nod-consent.mjs';

const readVectors = (name) =>
  JSON.parse(readFileSync(new URL('../../../../app/consent/testdata/' + name, import.meta.url), 'utf8'));
const toAnswer = ({ id, hash, state, day, gpc }) => ({ id, hash, granted: state == 'granted', day, gpc: !!gpc });
const toValue = ({ value, repeat: [text, times] = ['', 0] }) => value + text.repeat(times);

const cookies = readVectors('cookie.json');
for (const v of [...cookies.written, ...cookies.readable])
  test('reads ' + v.name, () => {
    const { decision, subject, answers } = v.read || v.stored;
    const { time: _, ...read } = decodeCookie(toValue(v));
    assert.deepEqual(read, { decision, subject, answers: answers.map(toAnswer) });
  });
for (const v of cookies.unreadable)
  test('does not read ' + v.name, () => assert.equal(decodeCookie(toValue(v)), undefined));

const { forms, cases } = readVectors('evaluate.json');
for (const c of cases)
  test('grants: ' + c.name, () => {
    const options = { gpc: !!c.gpc, now: Date.parse(c.now) };
    const answers = (c.answers || []).map(toAnswer);
    for (const [id, state] of Object.entries(c.states))
      assert.equal(isGranted(forms[c.form], answers, id, options), state == 'granted', id);
    assert.equal(isGranted(forms[c.form], answers, 'no-such-purpose', options), false);
  });

test('of several cookies the newest counts', () => {
  const older = 'nod=1.AZJU04AAeqqKqqqqqqqqoQ.PyUE4E-JQdOaDAMF6CwzAQ.analytics:gANALY1';
  const refused = older.replace(':g', ':d');
  const newer = 'nod=1.AZRYBl6Ae7ubu7u7u7u7sg.PyUE4E-JQdOaDAMF6CwzAQ.analytics:gANALY1';
  const now = Date.UTC(2025, 1, 1);
  const read = (header) => readCookies(header, now)?.answers[0].granted;
  assert.equal(read('a=b; ' + older), true);
  assert.equal(read(older + '; ' + refused), false);
  assert.equal(read(newer + '; ' + refused), true);
  assert.equal(read(refused + '; ' + newer), true);
  assert.equal(read('xnod=1; nod-newer=' + older.slice(4)), undefined);
  assert.equal(readCookies(older, 0), undefined); // of the future
  assert.equal(read(undefined), undefined);
});

test('whatever is not granted by the server is denied', async () => {
  let answer;
  const server = createServer((_, response) => response.writeHead(answer[0]).end(answer[1])).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const address = `http://127.0.0.1:${server.address().port}`;
  const ask = () => fetchStatus(address, 'shop', 'analytics', 's');
  for (const [status, body, isOn] of [
    [200, '{"state":"granted"}', true], [200, '{"state":"denied"}', false],
    [429, '{"state":"granted"}', false], [200, '<p>', false],
  ]) {
    answer = [status, body];
    assert.equal(await ask(), isOn, body);
  }
  await new Promise((done) => server.close(done).closeAllConnections());
  assert.equal(await ask(), false); // nobody answers
});
