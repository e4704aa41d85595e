// What follows from what the system says about a permission.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fresh, setGlobals } from './fresh';
import type { SystemState } from '../src/launch/bridge';
import type { State } from '../src/core/config';
import type * as System from './modules/system';
import { openPage } from './page';

const CONFIG = {
  site: 'shop',
  server: 'https://consent.example/',
  origins: [],
  form: { purposes: [] },
  permissions: { place: 'location', wifi: 'location', camera: 'camera' },
};

/** Starts again, on a page of the first launch. */
async function start(): Promise<typeof System> {
  openPage('https://consent.example/shop/first-launch');
  setGlobals({ __NOD__: CONFIG });
  return fresh<typeof System>('system');
}

/** A step: what the system says about the place, or what the person answers here. */
type Step = { says: SystemState } | { answers: State };

/** Goes through the steps. Returns how many withdrawals are recorded, whether the question is asked again, and whether
 * an SDK of the purpose is held. */
async function go(steps: Step[], answer: State = 'unasked'): Promise<[number, boolean, boolean]> {
  const system = await start();
  let withdrawals = 0;
  for (const s of steps) {
    if ('answers' in s) {
      answer = s.answers;
      system.noteAnswer('location', answer);
    } else if (system.setSystemState('place', 'location', s.says, answer)) {
      withdrawals++;
      answer = 'denied';
      system.noteAnswer('location', answer);
    }
  }
  return [withdrawals, system.mustAskAgain('location'), system.isHeldBySystem('location')];
}

// C-11, C-18
test('what the system denies after a grant is withdrawn once for each change', async () => {
  for (const [name, steps, answer, want] of [
    ['at the next start', [{ says: 'denied' }], 'granted', [1, false, true]],
    ['twice the same', [{ says: 'denied' }, { says: 'denied' }], 'granted', [1, false, true]],
    ['never granted', [{ says: 'denied' }], 'unasked', [0, false, true]],
    ['refused here', [{ says: 'denied' }], 'denied', [0, false, true]],
    ['granted, then denied by the dialog', [{ answers: 'granted' }, { says: 'denied' }], 'unasked', [1, false, true]],
    [
      'turned on, agreed to, and off again',
      [{ says: 'denied' }, { says: 'granted' }, { answers: 'granted' }, { says: 'denied' }],
      'granted',
      [2, false, true],
    ],
  ] as const)
    assert.deepEqual(await go([...steps], answer), want, name);
});

test('what the system forgot is asked again, and nothing is recorded', async () => {
  for (const [name, steps, answer, want] of [
    ['at the next start', [{ says: 'prompt' }], 'granted', [0, true, true]],
    ['before its first dialog', [{ answers: 'granted' }, { says: 'prompt' }], 'unasked', [0, false, false]],
    ['only this time', [{ answers: 'granted' }, { says: 'granted' }, { says: 'prompt' }], 'unasked', [0, true, true]],
    ['answered again', [{ says: 'prompt' }, { answers: 'granted' }], 'granted', [0, false, false]],
    ['refused again', [{ says: 'prompt' }, { answers: 'denied' }], 'granted', [0, false, false]],
    ['never granted', [{ says: 'prompt' }], 'unasked', [0, false, false]],
    ['refused here', [{ says: 'prompt' }], 'denied', [0, false, false]],
    ['turned on again', [{ says: 'denied' }, { says: 'granted' }], 'granted', [1, true, true]],
    ['still granted', [{ says: 'granted' }, { says: 'granted' }], 'granted', [0, false, false]],
  ] as const)
    assert.deepEqual(await go([...steps], answer), want, name);
});

// C-21
test('one denied permission of several holds the SDKs of their purpose', async () => {
  const system = await start();
  system.setSystemState('place', 'location', 'granted', 'granted');
  system.setSystemState('wifi', 'location', 'denied', 'unasked');
  assert.equal(system.isHeldBySystem('location'), true);
  assert.equal(system.isHeldBySystem('camera'), false);
});
