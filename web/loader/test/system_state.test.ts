// What systems say about privacy, mapped to what an app may do: every case of the vectors.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as states from '../../sdk/hosts/SystemState';

interface Vector {
  call: string;
  args: unknown[];
  expected: unknown;
}

const file = process.env['NOD_SYSTEM_STATES'] || '';
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
const functions = states as unknown as Record<string, (...args: unknown[]) => unknown>;
const callOf = (v: Vector): unknown => functions[v.call]?.(...v.args.map((arg) => (arg === null ? undefined : arg)));

for (const call of new Set(vectors.map((v) => v.call)))
  test(call + ' is as the vectors have it', () => {
    for (const v of vectors) if (v.call == call) assert.deepEqual(callOf(v), v.expected, JSON.stringify(v));
  });

test('every function has vectors', () => {
  for (const name of Object.keys(functions))
    assert.ok(
      vectors.some((v) => v.call == name),
      name,
    );
});

// C-02, C-14
test("a system's yes is never one of ours", () => {
  for (const v of vectors) {
    const { isOn, next } = Object(v.expected) as states.Gate;
    const isAsked = v.call.startsWith('gate');
    if (isAsked && v.args[0] != 'granted') assert.deepEqual([isOn, next], [false, 'nothing'], JSON.stringify(v));
    if (isOn) assert.equal(next, 'nothing');
  }
});
