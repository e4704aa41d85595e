// Uses the back end's code of the documentation against a server: node backend.mjs consent.mjs SERVER VERSION.
// A visitor grants, and withdraws.
import { randomBytes, randomUUID } from 'node:crypto';
import { strict as assert } from 'node:assert';
import { pathToFileURL } from 'node:url';

const [, , file, server, version] = process.argv;
const { findSubjects, hasConsent } = await import(pathToFileURL(file));
const subject = randomUUID().replace(/^./, '1'); // a subject begins with a digit
const secret = randomBytes(32).toString('base64url');

/** A UUIDv7 of now. */
function newID() {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

const encode = (uuid) => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');
const ask = (cookie, headers = {}) => hasConsent({ headers: { cookie, ...headers } }, 'statistics');

async function decide(action, state, previous) {
  const id = newID();
  const body = {
    id, previous, subject, policy: version, language: 'en', platform: 'web', action,
    answers: { statistics: state }, decided_at: new Date().toISOString(), presentation: 'custom',
  };
  if (!previous) body.secret = secret;
  const answer = await fetch(`${server}/v1/shop/decisions`, {
    method: 'POST', body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', ...(previous ? { Authorization: `Bearer ${secret}` } : {}) },
  });
  assert.equal(answer.status, 201, await answer.text());
  return id;
}

assert.deepEqual(findSubjects(''), []);
assert.equal(await ask(undefined), false, 'without a cookie');
assert.equal(await ask('nod=1.x.y'), false, 'with a damaged cookie');
const first = await decide('save', 'granted', null);
const cookie = `a=b; nod=1.${encode(first)}.${encode(subject)}.gAAAAAA`;
assert.deepEqual(findSubjects(cookie), [subject]);
assert.equal(await ask(cookie), true, 'after a grant');
assert.equal(await ask(cookie, { 'sec-gpc': '1' }), false, 'with Global Privacy Control');
assert.equal(await ask(`${cookie}; nod=1.${encode(first)}.${encode(randomUUID())}`), false, 'with a second cookie');
assert.equal(await ask(`xnod=1.${encode(first)}.${encode(subject)}`), false, 'with a cookie of another name');
await decide('withdraw', 'denied', first);
assert.equal(await ask(cookie), false, 'after the withdrawal, with the old cookie');
