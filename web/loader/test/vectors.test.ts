// The vectors of app/consent/testdata, and cases that Go made up at random with its own results. loader_test.go bundles
// and runs this: NOD_VECTORS is the folder of the vectors, NOD_RANDOM the file of the random cases.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { dayOf, packUUID, unpackUUID, uuid } from '../src/bytes';
import type { Answers, Form, State } from '../src/config';
import { Act, Answer, apply, bring, decodeCookie, encodeCookie, evaluate, nothing, Stored } from '../src/rules';

interface VectorAnswer { id: string; hash: string; state: State; day: number; gpc?: boolean }
interface VectorStored { decision: string; subject: string; answers: VectorAnswer[] }
interface VectorValue { name: string; value: string; repeat?: [string, number]; length?: number }

const env = (name: string): string => {
  const value = process.env[name];
  assert.ok(value, name + ' is not set');
  return value;
};
const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
const vectors = <T>(name: string): T => json<T>(env('NOD_VECTORS') + '/' + name);

const answersOf = (list: VectorAnswer[]): Answer[] =>
  list.map((a) => ({ id: a.id, hash: a.hash, granted: a.state == 'granted', day: a.day, gpc: !!a.gpc }));
const storedOf = (v: VectorStored): Stored => ({ decision: v.decision, subject: v.subject, answers: answersOf(v.answers) });
// biome-ignore lint/suspicious/noShadowRestrictedNames: a function of this file only
const valueOf = (v: VectorValue): string => {
  const value = v.value + (v.repeat ? v.repeat[0].repeat(v.repeat[1]) : '');
  if (v.length) assert.equal(value.length, v.length, 'length of the vector');
  return value;
};

const cookie = vectors<{
  written: (VectorValue & { stored: VectorStored; read?: VectorStored })[];
  readable: (VectorValue & { stored: VectorStored })[];
  unreadable: VectorValue[];
}>('cookie.json');

for (const c of cookie.written) {
  test('cookie, written: ' + c.name, () => {
    const value = valueOf(c);
    assert.equal(encodeCookie(storedOf(c.stored)), value);
    const read = decodeCookie(value);
    assert.deepEqual(read, storedOf(c.read || c.stored));
    assert.equal(encodeCookie(read!), value);
  });
}
for (const c of cookie.readable) {
  test('cookie, readable: ' + c.name, () => assert.deepEqual(decodeCookie(valueOf(c)), storedOf(c.stored)));
}
for (const c of cookie.unreadable) {
  test('cookie, unreadable: ' + c.name, () => assert.equal(decodeCookie(valueOf(c)), undefined));
}

interface Evaluated { ask: string[]; states: Answers; signal: string[] }

const evaluated = vectors<{
  forms: Record<string, Form>;
  cases: ({ name: string; form: string; now: string; gpc?: boolean; answers: VectorAnswer[] } & Evaluated)[];
}>('evaluate.json');

for (const c of evaluated.cases) {
  test('evaluate: ' + c.name, () => {
    const form = evaluated.forms[c.form];
    assert.ok(form, 'form ' + c.form);
    const q = evaluate(form, bring(form, { ...nothing, answers: answersOf(c.answers) }), !!c.gpc, Date.parse(c.now));
    assert.deepEqual({ ask: q.ask, states: { ...q.states }, signal: q.signal }, { ask: c.ask, states: c.states, signal: c.signal });
  });
}

const applied = vectors<{
  decisions: Record<string, string>;
  forms: Record<string, Form>;
  cases: {
    name: string;
    form: string;
    stored: { decision?: string; answers: VectorAnswer[] };
    decision: { id: string; previous?: string; gpc?: boolean; answers: Answers; services?: Answers };
    want: VectorAnswer[];
  }[];
}>('apply.json');

for (const c of applied.cases) {
  test('apply: ' + c.name, () => {
    const id = (name: string): string => {
      const d = applied.decisions[name];
      assert.ok(d, 'decision ' + name);
      return d;
    };
    const form = applied.forms[c.form];
    assert.ok(form, 'form ' + c.form);
    const before: Stored = { ...nothing, decision: c.stored.decision ? id(c.stored.decision) : '', answers: answersOf(c.stored.answers) };
    const act: Act = {
      id: id(c.decision.id),
      previous: c.decision.previous ? id(c.decision.previous) : null,
      subject: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      answers: c.decision.answers,
      ...(c.decision.services && { services: c.decision.services }),
      gpc: !!c.decision.gpc,
    };
    assert.deepEqual(apply(form, bring(form, before), act), { decision: act.id, subject: act.subject, answers: answersOf(c.want) });
    assert.deepEqual(before.answers, answersOf(c.stored.answers), 'what was stored is changed');
  });
}

/** What Go made of one random case. */
interface Random {
  form: Form;
  stored: VectorStored;
  gpc: boolean;
  now: string;
  decision: Act;
  evaluated: Evaluated;
  applied: VectorStored;
  cookie: string; // of applied
  read: VectorStored; // from cookie
  broken: string; // the cookie with one character changed
  broken_read: VectorStored | null; // null where it can't be read
}

const random = json<Random[]>(env('NOD_RANDOM'));

test('Go and TypeScript agree on ' + random.length + ' random cases', () => {
  assert.ok(random.length >= 2000);
  random.forEach((c, i) => {
    const about = (what: string): string => 'case ' + i + ', ' + what + ': ' + JSON.stringify(c);
    const stored = bring(c.form, storedOf(c.stored));
    const q = evaluate(c.form, stored, c.gpc, Date.parse(c.now));
    assert.deepEqual({ ask: q.ask, states: { ...q.states }, signal: q.signal }, c.evaluated, about('evaluate'));
    const next = apply(c.form, stored, c.decision);
    assert.deepEqual(next, storedOf(c.applied), about('apply'));
    assert.equal(encodeCookie(next), c.cookie, about('encodeCookie'));
    assert.deepEqual(decodeCookie(c.cookie), storedOf(c.read), about('decodeCookie'));
    assert.deepEqual(decodeCookie(c.broken), c.broken_read ? storedOf(c.broken_read) : undefined, about('decodeCookie of a broken value'));
  });
});

test('a new UUID is of its version, carries its time, and packs and unpacks to itself', () => {
  for (const ms of [0, 1, 1728000000000, 1728086399999, 2 ** 48 - 1]) {
    const seven = uuid(7, ms);
    assert.ok(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(seven), seven);
    assert.equal(parseInt(seven.slice(0, 8) + seven.slice(9, 13), 16), ms);
    assert.equal(dayOf(seven), Math.floor(ms / 86400000));
    assert.equal(unpackUUID(packUUID(seven), 7), seven);
    assert.equal(unpackUUID(packUUID(seven), 4), undefined);
  }
  const four = uuid(4);
  assert.ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(four), four);
  assert.equal(unpackUUID(packUUID(four), 4), four);
  assert.ok(uuid(4) != four);
});
