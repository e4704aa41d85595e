// What a tagged element needs before it starts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsOnly } from '../src/core/tags';

const tag = (category: string, service = ''): HTMLElement => ({ dataset: { category, service } }) as never;
const isGranted = (id: string): boolean => id == 'analytics' || id == 'stats';

test('an element starts only if all that it names is granted', () => {
  assert.ok(needsOnly(tag('analytics'), isGranted));
  assert.ok(needsOnly(tag(' analytics ', 'stats'), isGranted));
  assert.ok(!needsOnly(tag('analytics ads'), isGranted));
  assert.ok(!needsOnly(tag('analytics', 'heat'), isGranted));
});

test('an element that names nothing never starts', () => {
  for (const category of ['', ' ', '\n\t']) assert.ok(!needsOnly(tag(category), isGranted), JSON.stringify(category));
});
