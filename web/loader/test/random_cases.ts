// Cases that Go made up at random, with its own results. NOD_RANDOM is their file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answers, Form } from '../src/core/config';
import type { Intent } from '../src/core/core';
import { actionAnswers, decide } from '../src/core/decide';
import { type AnsweredDecision, applyDecision } from '../src/core/apply';
import { evaluate, mapToCurrentHashes } from '../src/core/evaluate';
import { decodeCookie, encodeCookie } from '../src/storage/cookie';
import { type Evaluated, readEnv, readJSON, readStored, type VectorStored } from './vector_data';

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
    earliest: string | null;
    random: number[];
    decision: object | null;
    stored: VectorStored;
    secret: string;
  };
  actions: Record<'granted' | 'denied', Answers>;
}

/** Compares the results of TypeScript with those of Go. */
export function testRandomCases(): void {
  const random = readJSON<Random[]>(readEnv('NOD_RANDOM'));

  test('Go and TypeScript agree on ' + random.length + ' random cases', () => {
    assert.ok(random.length >= 2000);
    random.forEach((c, i) => {
      const about = (what: string): string => 'case ' + i + ', ' + what + ': ' + JSON.stringify(c);
      const stored = mapToCurrentHashes(c.form, readStored(c.stored));
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
          credentials: { subject: stored.subject, secret: has_secret ? 'held' : '' },
          context: { policy: '2', language: 'en', platform: 'web', gpc: c.gpc },
          now: Date.parse(c.now),
          earliest: earliest ? Date.parse(earliest) : 0,
          random: Uint8Array.from(random),
        },
      );
      const sent: unknown = made ? JSON.parse(JSON.stringify(made.decision)) : null;
      assert.deepEqual(sent, c.decided.decision, about('decide'));
      if (made)
        assert.deepEqual(
          [made.stored, made.secret],
          [readStored(c.decided.stored), c.decided.secret],
          about('decide, what is stored'),
        );
      const next = applyDecision(c.form, stored, c.decision);
      assert.deepEqual(next, readStored(c.applied), about('apply'));
      assert.equal(encodeCookie(next), c.cookie, about('encodeCookie'));
      assert.deepEqual(decodeCookie(c.cookie), readStored(c.read), about('decodeCookie'));
      assert.deepEqual(
        decodeCookie(c.broken),
        c.broken_read ? readStored(c.broken_read) : undefined,
        about('decodeCookie of a broken value'),
      );
    });
  });
}
