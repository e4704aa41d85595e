// The vectors of app/consent/testdata, its stories, and random cases. loader_test.go bundles and runs this.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnsweredDecision, applyDecision } from '../src/core/apply';
import type { Answers, Form } from '../src/core/config';
import type { Intent } from '../src/core/core';
import { actionAnswers, type Client, decide } from '../src/core/decide';
import { evaluate, mapToCurrentHashes, NOTHING_STORED, type Stored } from '../src/core/evaluate';
import { getDay, makeUUID, packUUID, unpackUUID } from '../src/core/uuid';
import { decodeCookie, encodeCookie } from '../src/storage/cookie';
import { testRandomCases } from './random_cases';
import { type Story, testStories } from './stories';
import {
  type Evaluated,
  findForm,
  readAnswers,
  readEnv,
  readJSON,
  readStored,
  readValue,
  readVectors,
  type VectorAnswer,
  type VectorStored,
  type VectorValue,
} from './vector_data';

const cookie = readVectors<{
  written: (VectorValue & { stored: VectorStored; read?: VectorStored })[];
  readable: (VectorValue & { stored: VectorStored })[];
  unreadable: VectorValue[];
}>('cookie.json');

for (const c of cookie.written) {
  test('cookie, written: ' + c.name, () => {
    const value = readValue(c);
    assert.equal(encodeCookie(readStored(c.stored)), value);
    const read = decodeCookie(value);
    assert.deepEqual(read, readStored(c.read || c.stored));
    assert.equal(encodeCookie(read!), value);
  });
}
for (const c of cookie.readable) {
  test('cookie, readable: ' + c.name, () => assert.deepEqual(decodeCookie(readValue(c)), readStored(c.stored)));
}
for (const c of cookie.unreadable) {
  test('cookie, unreadable: ' + c.name, () => assert.equal(decodeCookie(readValue(c)), undefined));
}

const evaluated = readVectors<{
  forms: Record<string, Form>;
  cases: ({ name: string; form: string; now: string; gpc?: boolean; answers: VectorAnswer[] } & Evaluated)[];
}>('evaluate.json');

for (const c of evaluated.cases) {
  const form = findForm(evaluated.forms, c.form);
  if (!form) continue;
  test('evaluate: ' + c.name, () => {
    const q = evaluate(
      form,
      mapToCurrentHashes(form, { ...NOTHING_STORED, answers: readAnswers(c.answers) }),
      !!c.gpc,
      Date.parse(c.now),
    );
    assert.deepEqual(
      { ask: q.ask, states: { ...q.states }, signal: q.signal },
      { ask: c.ask, states: c.states, signal: c.signal },
    );
  });
}

const applied = readVectors<{
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
  const form = findForm(applied.forms, c.form);
  if (!form) continue;
  test('apply: ' + c.name, () => {
    const id = (name: string): string => {
      const d = applied.decisions[name];
      assert.ok(d, 'decision ' + name);
      return d;
    };
    const before: Stored = {
      ...NOTHING_STORED,
      decision: c.stored.decision ? id(c.stored.decision) : '',
      answers: readAnswers(c.stored.answers),
    };
    const act: AnsweredDecision = {
      id: id(c.decision.id),
      previous: c.decision.previous ? id(c.decision.previous) : null,
      subject: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      answers: c.decision.answers,
      ...(c.decision.services && { services: c.decision.services }),
      gpc: !!c.decision.gpc,
    };
    assert.deepEqual(applyDecision(form, mapToCurrentHashes(form, before), act), {
      decision: act.id,
      subject: act.subject,
      answers: readAnswers(c.want),
    });
    assert.deepEqual(before.answers, readAnswers(c.stored.answers), 'what was stored is changed');
  });
}

interface Want {
  at: string;
  subject: string;
  secret: string;
  previous: string;
  policy?: string;
  permission?: string;
  tenant?: string;
  guardian?: string;
  answers: VectorAnswer[];
}

const decided = readVectors<{
  decisions: Record<string, string>;
  forms: Record<string, Form>;
  cases: {
    name: string;
    form: string;
    now: string;
    earliest?: string;
    gpc?: boolean;
    has_secret?: boolean;
    stored?: { decision: string; answers: VectorAnswer[] };
    intent: Omit<Intent, 'presentation' | 'previous' | 'services'> & { services?: Answers; previous?: string };
    want: Want | null;
  }[];
  actions: {
    name: string;
    form: string;
    now: string;
    gpc?: boolean;
    answers: VectorAnswer[];
    accept_all: Answers;
    reject_all: Answers;
  }[];
}>('decide.json');

const SUBJECT = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const HELD = 'aGVsZCBieSB0aGUgY2xpZW50LCAzMiBieXRlcyBvZiBpdCE';

function idOf(name: string): string | null {
  const id = decided.decisions[name];
  assert.ok(id, 'decision ' + name);
  return name == 'none' ? null : id;
}
const nameOf = (id: string | null): string | undefined => Object.keys(decided.decisions).find((n) => idOf(n) == id);

for (const c of decided.cases) {
  const form = findForm(decided.forms, c.form);
  if (!form || (!HAS_EQUIVALENTS && (c.earliest || c.intent.policy))) continue;
  test('decide: ' + c.name, () => {
    const stored: Stored = c.stored
      ? { decision: idOf(c.stored.decision) || '', subject: SUBJECT, answers: readAnswers(c.stored.answers) }
      : NOTHING_STORED;
    const client: Client = {
      stored: mapToCurrentHashes(form, stored),
      credentials: { subject: c.has_secret ? SUBJECT : '', secret: c.has_secret ? HELD : '' },
      context: { policy: '2025-01-01', language: 'en', platform: 'web', gpc: !!c.gpc },
      now: Date.parse(c.now),
      earliest: c.earliest ? Date.parse(c.earliest) : 0,
      random: Uint8Array.from({ length: 64 }, (_, i) => i),
    };
    const { previous, services = {}, ...rest } = c.intent;
    const got = decide(
      form,
      { ...rest, services, presentation: 'custom', previous: previous ? idOf(previous) : undefined },
      client,
    );
    if (!got || !c.want) return assert.deepEqual(got || null, c.want);
    const d = got.decision;
    assert.deepEqual(
      {
        at: Date.parse(c.want.at),
        subject: d.subject == stored.subject ? 'stored' : 'new',
        secret: d.secret ? 'new' : got.secret ? 'held' : 'none',
        previous: nameOf(d.previous),
        policy: d.policy,
        permission: d.permission,
        tenant: d.tenant,
        guardian: d.guardian?.reference,
        answers: got.stored.answers,
      },
      {
        at: parseInt(d.id.slice(0, 8) + d.id.slice(9, 13), 16),
        subject: c.want.subject,
        secret: c.want.secret,
        previous: c.want.previous,
        policy: c.want.policy || '2025-01-01',
        permission: c.want.permission,
        tenant: c.want.tenant,
        guardian: c.want.guardian,
        answers: readAnswers(c.want.answers),
      },
    );
    assert.deepEqual([got.stored.decision, got.stored.subject], [d.id, d.subject]);
    assert.equal(d.decided_at, new Date(c.now).toISOString());
  });
}

for (const c of decided.actions) {
  const form = findForm(decided.forms, c.form);
  if (!form) continue;
  test('actions: ' + c.name, () => {
    const q = evaluate(
      form,
      mapToCurrentHashes(form, { ...NOTHING_STORED, answers: readAnswers(c.answers) }),
      !!c.gpc,
      Date.parse(c.now),
    );
    assert.deepEqual(actionAnswers(form, q, !!c.gpc, 'granted'), c.accept_all);
    assert.deepEqual(actionAnswers(form, q, !!c.gpc, 'denied'), c.reject_all);
  });
}

testRandomCases();
testStories(readJSON<Story[]>(readEnv('NOD_STORIES')));

type MadeID = { name: string; random: string; ms?: number; value: string };
const ids = readVectors<{ subjects: MadeID[]; decisions: MadeID[] }>('ids.json');
for (const c of [...ids.subjects, ...ids.decisions]) {
  test('ids: ' + c.name, () => {
    const random = Uint8Array.from(c.random.match(/../g)!, (x) => parseInt(x, 16));
    const made = c.ms === undefined ? makeUUID(4, random) : makeUUID(7, random, c.ms);
    assert.equal(packUUID(made), c.value);
  });
}

test('no id has two hyphens in a row, and a subject begins with a digit', () => {
  for (let i = 0; i < 2e4; i++) {
    const [four, seven] = [makeUUID(4, random16()), makeUUID(7, random16(), 1.7e12 + i)].map(packUUID);
    assert.ok(/^[0-9](?!.*--)/.test(four!), four);
    assert.ok(!seven!.includes('--'), seven);
  }
});

const random16 = (): Uint8Array => crypto.getRandomValues(new Uint8Array(16));

test('a new UUID is of its version, carries its time, and packs and unpacks to itself', () => {
  for (const ms of [0, 1, 1728000000000, 1728086399999, 2 ** 48 - 1]) {
    const seven = makeUUID(7, random16(), ms);
    assert.ok(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(seven), seven);
    assert.equal(parseInt(seven.slice(0, 8) + seven.slice(9, 13), 16), ms);
    assert.equal(getDay(seven), Math.floor(ms / 86400000));
    assert.equal(unpackUUID(packUUID(seven), 7), seven);
    assert.equal(unpackUUID(packUUID(seven), 4), undefined);
  }
  const four = makeUUID(4, random16());
  assert.ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(four), four);
  assert.equal(unpackUUID(packUUID(four), 4), four);
  assert.ok(makeUUID(4, random16()) != four);
});
