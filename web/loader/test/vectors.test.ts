// The vectors of app/consent/testdata, and cases that Go made up at random with its own results. loader_test.go bundles
// and runs this: NOD_VECTORS is the folder of the vectors, NOD_RANDOM the file of the random cases.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { getDay, packUUID, unpackUUID, makeUUID } from '../src/core/uuid';
import type { Answers, Form, State } from '../src/core/config';
import { decodeCookie, encodeCookie } from '../src/storage/cookie';
import type { Intent } from '../src/core/core';
import { actionAnswers, Client, decide } from '../src/core/decide';
import {
  AnsweredDecision,
  Answer,
  applyDecision,
  evaluate,
  listItems,
  mapToCurrentHashes,
  NOTHING_STORED,
  Stored,
} from '../src/core/rules';
import { Story, testStories } from './stories';

interface VectorAnswer {
  id: string;
  hash: string;
  state: State;
  day: number;
  gpc?: boolean;
}
interface VectorStored {
  decision: string;
  subject: string;
  answers: VectorAnswer[];
}
interface VectorValue {
  name: string;
  value: string;
  repeat?: [string, number];
  length?: number;
}

const env = (name: string): string => {
  const value = process.env[name];
  assert.ok(value, name + ' is not set');
  return value;
};
const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
const vectors = <T>(name: string): T => json<T>(env('NOD_VECTORS') + '/' + name);

const answersOf = (list: VectorAnswer[]): Answer[] =>
  list.map((a) => ({ id: a.id, hash: a.hash, granted: a.state == 'granted', day: a.day, gpc: !!a.gpc }));
const storedOf = (v: VectorStored): Stored => ({
  decision: v.decision,
  subject: v.subject,
  answers: answersOf(v.answers),
});
// biome-ignore lint/suspicious/noShadowRestrictedNames: a function of this file only
const valueOf = (v: VectorValue): string => {
  const value = v.value + (v.repeat ? v.repeat[0].repeat(v.repeat[1]) : '');
  if (v.length) assert.equal(value.length, v.length, 'length of the vector');
  return value;
};

/** Whether a site of this build can have the form. */
const isPossible = (form: Form): boolean =>
  HAS_EQUIVALENTS || (!form.equivalents && !listItems(form).some((i) => i.was_refusable));

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

interface Evaluated {
  ask: string[];
  states: Answers;
  signal: string[];
}

const evaluated = vectors<{
  forms: Record<string, Form>;
  cases: ({ name: string; form: string; now: string; gpc?: boolean; answers: VectorAnswer[] } & Evaluated)[];
}>('evaluate.json');

/** The form of that name; undefined where a site of this build can't have it. */
function formOf(forms: Record<string, Form>, name: string): Form | undefined {
  const form = forms[name];
  assert.ok(form, 'form ' + name);
  return isPossible(form) ? form : undefined;
}

for (const c of evaluated.cases) {
  const form = formOf(evaluated.forms, c.form);
  if (!form) continue;
  test('evaluate: ' + c.name, () => {
    const q = evaluate(
      form,
      mapToCurrentHashes(form, { ...NOTHING_STORED, answers: answersOf(c.answers) }),
      !!c.gpc,
      Date.parse(c.now),
    );
    assert.deepEqual(
      { ask: q.ask, states: { ...q.states }, signal: q.signal },
      { ask: c.ask, states: c.states, signal: c.signal },
    );
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
  const form = formOf(applied.forms, c.form);
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
      answers: answersOf(c.stored.answers),
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
      answers: answersOf(c.want),
    });
    assert.deepEqual(before.answers, answersOf(c.stored.answers), 'what was stored is changed');
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

const decided = vectors<{
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
  const form = formOf(decided.forms, c.form);
  if (!form) continue;
  test('decide: ' + c.name, () => {
    const stored: Stored = c.stored
      ? { decision: idOf(c.stored.decision) || '', subject: SUBJECT, answers: answersOf(c.stored.answers) }
      : NOTHING_STORED;
    const client: Client = {
      stored: mapToCurrentHashes(form, stored),
      held: { subject: c.has_secret ? SUBJECT : '', secret: c.has_secret ? HELD : '' },
      shown: { policy: '2025-01-01', language: 'en', platform: 'web', gpc: !!c.gpc },
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
        answers: answersOf(c.want.answers),
      },
    );
    assert.deepEqual([got.stored.decision, got.stored.subject], [d.id, d.subject]);
    assert.equal(d.decided_at, new Date(c.now).toISOString());
  });
}

for (const c of decided.actions) {
  const form = formOf(decided.forms, c.form);
  if (!form) continue;
  test('actions: ' + c.name, () => {
    const q = evaluate(
      form,
      mapToCurrentHashes(form, { ...NOTHING_STORED, answers: answersOf(c.answers) }),
      !!c.gpc,
      Date.parse(c.now),
    );
    assert.deepEqual(actionAnswers(form, q, !!c.gpc, 'granted'), c.accept_all);
    assert.deepEqual(actionAnswers(form, q, !!c.gpc, 'denied'), c.reject_all);
  });
}

/** What Go made of one random case. */
interface Random {
  form: Form;
  stored: VectorStored;
  gpc: boolean;
  now: string;
  decision: AnsweredDecision;
  evaluated: Evaluated;
  applied: VectorStored;
  cookie: string; // of applied
  read: VectorStored; // from cookie
  broken: string; // the cookie with one character changed
  broken_read: VectorStored | null; // null where it can't be read
  decided: {
    intent: Omit<Intent, 'previous'> & { previous?: string | null };
    has_secret: boolean;
    earliest: string;
    random: number[];
    decision: object | null;
    stored: VectorStored;
    secret: string;
  };
  actions: Record<'granted' | 'denied', Answers>;
}

testStories(json<Story[]>(env('NOD_STORIES')));

const random = json<Random[]>(env('NOD_RANDOM'));

test('Go and TypeScript agree on ' + random.length + ' random cases', () => {
  assert.ok(random.length >= 2000);
  random.forEach((c, i) => {
    const about = (what: string): string => 'case ' + i + ', ' + what + ': ' + JSON.stringify(c);
    const stored = mapToCurrentHashes(c.form, storedOf(c.stored));
    const q = evaluate(c.form, stored, c.gpc, Date.parse(c.now));
    assert.deepEqual({ ask: q.ask, states: { ...q.states }, signal: q.signal }, c.evaluated, about('evaluate'));
    for (const to of ['granted', 'denied'] as const)
      assert.deepEqual(actionAnswers(c.form, q, c.gpc, to), c.actions[to], about('actionAnswers'));
    const { intent, has_secret, earliest, random } = c.decided;
    const made = decide(
      c.form,
      { ...intent, previous: intent.previous },
      {
        stored,
        held: { subject: stored.subject, secret: has_secret ? 'held' : '' },
        shown: { policy: '2', language: 'en', platform: 'web', gpc: c.gpc },
        now: Date.parse(c.now),
        earliest: Date.parse(earliest),
        random: Uint8Array.from(random),
      },
    );
    const sent: unknown = made ? JSON.parse(JSON.stringify(made.decision)) : null;
    assert.deepEqual(sent, c.decided.decision, about('decide'));
    if (made)
      assert.deepEqual(
        [made.stored, made.secret],
        [storedOf(c.decided.stored), c.decided.secret],
        about('decide, what is stored'),
      );
    const next = applyDecision(c.form, stored, c.decision);
    assert.deepEqual(next, storedOf(c.applied), about('apply'));
    assert.equal(encodeCookie(next), c.cookie, about('encodeCookie'));
    assert.deepEqual(decodeCookie(c.cookie), storedOf(c.read), about('decodeCookie'));
    assert.deepEqual(
      decodeCookie(c.broken),
      c.broken_read ? storedOf(c.broken_read) : undefined,
      about('decodeCookie of a broken value'),
    );
  });
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
