// What is saved of the switches in the preferences.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Item } from '../src/core/config';
import type { Choice } from '../src/core/core';
import { type ActionCore, performAction } from '../src/ui/actions';

const purposes: Item[] = [
  { id: 'statistics', hash: 'aaaaaa', services: [{ id: 'counter', hash: 'bbbbbb' }] },
  { id: 'adverts', hash: 'cccccc', separate: true, services: [{ id: 'network', hash: 'dddddd' }] },
];

const unexpected = (): never => {
  throw new Error('not called');
};

/** What is saved of these switches, where the separate purpose is not answered yet, or is. */
function save(choice: Choice, isUnanswered: boolean): Choice | undefined {
  let saved: Choice | undefined;
  const core: ActionCore = {
    config: { form: { purposes } } as ActionCore['config'],
    isUnanswered: (p) => isUnanswered && !!p.separate,
    save: (c) => (saved = c),
    decide: unexpected,
    withdraw: unexpected,
    listActionAnswers: unexpected,
  };
  performAction(core, 'save', choice, { presentation: 'custom' });
  return saved;
}

test('a separate purpose that stays off is not answered, and neither are its services', () => {
  const choice = { statistics: true, counter: false, adverts: false, network: false };
  assert.deepEqual(save({ ...choice }, true), { statistics: true, counter: false });
  assert.deepEqual(save({ ...choice }, false), choice);
});

test('a separate purpose that the visitor turns on is answered with its services', () => {
  const choice = { statistics: true, counter: true, adverts: true, network: false };
  assert.deepEqual(save({ ...choice }, true), choice);
});
