// The preference centre on a host page: the form in the dialog, and the frame that replaces it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pass, settle } from './fresh';
import {
  box,
  DECISION,
  dialog,
  frame,
  openToTheEnd,
  openWithFrame,
  page,
  form,
  SERVER,
  start,
  take,
  types,
  useHostPage,
  watchFrame,
} from './host_page';

useHostPage();

test('the dialog waits out of sight, and opens at once', () => {
  assert.equal(page.modules.dialog.isOpen(), false);
  assert.equal(frame(), null);
  page.modules.frame.open();
  assert.equal(page.modules.dialog.isOpen(), true);
  assert.equal(form().hidden, false);
  assert.equal(frame(), null, 'the frame loads only at rest');
});

test('the frame loads once the visitor does nothing in the dialog, and after 1.5 seconds in any case', async () => {
  page.modules.frame.open();
  for (let t = 0; t < 1500; t += 100) {
    assert.equal(frame(), null, 'after ' + t + ' ms');
    form().dispatchEvent(new Event('pointermove'));
    await pass(100);
  }
  assert.ok(frame());
});

test('the frame is loaded in the language and the version of the page', async () => {
  const f = await openWithFrame();
  assert.equal(f.src, SERVER + '/shop/preferences?lang=en&policy=2');
  assert.equal(f.title, 'Preferences');
  assert.equal(f.getAttribute('aria-hidden'), 'true');
});

test('only our own origin is offered the channel, and three times', async () => {
  await openWithFrame();
  await pass(1e3, 50);
  assert.deepEqual(
    page.offers.map((o) => o.to + ' ' + o.origin),
    Array(3).fill('frame ' + SERVER),
  );
});

test('the frame learns the state, and where the visitor is', async () => {
  await openWithFrame();
  box().checked = true;
  const other = await take();
  assert.equal(types(other), 'state,state,open with a draft');
  assert.deepEqual(other.got[0]?.states, { analytics: 'denied' });
  assert.deepEqual(other.got[2]?.draft, { choice: { analytics: true }, open: [], top: 0 });
});

test('the frame gets the key to the own records, and nothing else of what is stored beside the cookie', async () => {
  await openWithFrame();
  const [state] = (await take()).got;
  assert.equal(state?.subject, 'me');
  assert.equal(state?.secret, 'key');
  assert.equal(state && 'queue' in state, false);
});

test('of several offers, the newest that was accepted counts, and no older one is heard', async () => {
  await openWithFrame();
  await pass(150);
  const [first, second] = page.offers;
  const late = await take(second);
  assert.equal(types(late), 'state,state,open with a draft');
  const early = await take(first);
  assert.equal(types(early), '');
  early.port.postMessage({ type: 'decide', action: 'accept_all', policy: '2' });
  await settle();
  assert.deepEqual(page.decided, []);
});

test('the frame replaces the form once it shows the same, and the visitor does nothing', async () => {
  await openWithFrame();
  const other = await take();
  form().dispatchEvent(new Event('pointermove'));
  other.port.postMessage({ type: 'drawn', draft: JSON.stringify(page.modules.dialog.readDraft()) });
  await settle();
  await pass(499);
  assert.equal(form().hidden, false);
  await pass(1);
  await settle();
  assert.equal(form().hidden, true);
  assert.equal(frame()?.hasAttribute('aria-hidden'), false);
  assert.equal(other.got.at(-1)?.type, 'shown');
});

test('what the visitor did in the form meanwhile is drawn first', async () => {
  await openWithFrame();
  const other = await take();
  const draft = JSON.stringify(page.modules.dialog.readDraft());
  box().checked = true;
  other.got = [];
  other.port.postMessage({ type: 'drawn', draft });
  await settle();
  await pass(2e3, 100);
  assert.equal(form().hidden, false);
  assert.deepEqual(other.got[1]?.draft, { choice: { analytics: true }, open: [], top: 0 });
});

test('a frame that is shown stays, and starts again the next time', async () => {
  const other = await openToTheEnd();
  assert.equal(form().hidden, true);
  dialog().close();
  other.got = [];
  page.modules.frame.open();
  await settle();
  assert.equal(types(other), 'state,open');
  assert.equal(dialog().querySelectorAll('iframe').length, 1);
  assert.deepEqual(page.opened, []);
});

test('a frame that was ready when the dialog closed continues with the form the next time', async () => {
  await openWithFrame();
  const other = await take();
  dialog().close();
  other.got = [];
  page.modules.frame.open();
  await settle();
  assert.equal(types(other), 'state,open with a draft');
});

test('details that only the frame has bring it at once, and have it begin again', async () => {
  page.modules.frame.open();
  form().dispatchEvent(new Event('toggle'));
  const f = frame();
  assert.ok(f);
  watchFrame(f);
  const other = await take();
  other.got = [];
  form().dispatchEvent(new Event('toggle'));
  await settle();
  assert.equal(types(other), 'state,open with a draft');
});

test('a change elsewhere reaches the form and the frame', async () => {
  await openWithFrame();
  const other = await take();
  other.got = [];
  page.question = { ...page.question, states: { analytics: 'granted' } };
  page.modules.frame.refresh();
  await settle();
  assert.equal(box().checked, true);
  assert.deepEqual(
    other.got.map((m) => m.states),
    [{ analytics: 'granted' }],
  );
});

test('messages of the frame decide, and close the dialog', async () => {
  await openWithFrame();
  const { port } = await take();
  const from = { previous: DECISION, presentation: 'centre' };
  port.postMessage({ type: 'decide', action: 'save', choice: { analytics: true }, policy: '2', ...from });
  port.postMessage({ type: 'decide', action: 'accept_all', policy: '2' });
  port.postMessage({ type: 'close' });
  await settle();
  assert.deepEqual(page.saved, [[{ analytics: true }, from]]);
  assert.deepEqual(page.decided, [
    { action: 'accept_all', services: {}, answers: { analytics: 'granted' }, previous: null, presentation: 'custom' },
  ]);
  assert.equal(page.modules.dialog.isOpen(), false);
});

test('a page of another version can refuse, and nothing else', async () => {
  await openWithFrame();
  const { port } = await take();
  port.postMessage({ type: 'decide', action: 'accept_all', policy: '1', presentation: 'old' });
  port.postMessage({
    type: 'decide',
    action: 'save',
    choice: { analytics: false, ads: true },
    policy: '1',
    presentation: 'old',
  });
  port.postMessage({ type: 'decide', action: 'reject_all', policy: '1', presentation: 'old' });
  await settle();
  assert.deepEqual(page.saved, [[{ analytics: false }, { previous: null, presentation: 'custom' }]]);
  assert.deepEqual(
    page.decided.map((d) => d.action + ' ' + d.presentation),
    ['reject_all custom'],
  );
});

test('what is no message of ours changes nothing', async () => {
  await openWithFrame();
  const { port } = await take();
  for (const m of [
    null,
    'close',
    7,
    {},
    { type: 'constructor' },
    { type: '__proto__' },
    { type: 'decide' },
    { type: 'shown' },
  ])
    port.postMessage(m);
  page.host.dispatchEvent(
    Object.assign(new Event('message'), { origin: 'https://other.example', data: { type: 'close' } }),
  );
  page.host.dispatchEvent(
    Object.assign(new Event('message'), {
      origin: SERVER,
      data: { type: 'decide', action: 'accept_all', policy: '2' },
    }),
  );
  await settle();
  assert.equal(page.modules.dialog.isOpen(), true);
  assert.deepEqual([page.saved, page.decided], [[], []]);
});

test('a page whose decisions the server refuses has the form only', async () => {
  page.isKnownOrigin = false;
  await start();
  page.modules.frame.open();
  form().dispatchEvent(new Event('toggle'));
  await pass(5e3, 50);
  assert.equal(frame(), null);
  assert.deepEqual(page.opened, []);
});

for (const [name, isTrusted, presentation] of [
  ['the form decides by itself', true, 'shown'],
  ['what a script clicks in the form names no presentation', false, 'custom'],
] as const) {
  test(name, async () => {
    page.modules.frame.open();
    box().checked = true;
    const save = form().querySelector('.save');
    save?.dispatchEvent(Object.assign(new Event('click', { bubbles: true }), { isTrusted }));
    form().dispatchEvent(Object.assign(new Event('submit', { cancelable: true }), { submitter: save }));
    assert.deepEqual(page.saved, [[{ analytics: true }, { previous: DECISION, presentation }]]);
    assert.equal(page.modules.dialog.isOpen(), false);
  });
}
