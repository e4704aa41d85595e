// The preference centre where the frame is blocked or slow: in a window, or behind a link.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pass, settle } from './fresh';
import {
  block,
  dialog,
  frame,
  note,
  openWithFrame,
  page,
  form,
  SERVER,
  take,
  types,
  useHostPage,
  watchFrame,
} from './host_page';

useHostPage();

test('a frame that says nothing for three seconds gives way to a window', async () => {
  await openWithFrame();
  await pass(2650, 50);
  assert.deepEqual(page.opened, []);
  await pass(300, 50);
  assert.deepEqual(page.opened, [SERVER + '/shop/preferences?lang=en&policy=2']);
  assert.equal(page.modules.dialog.isOpen(), false);
  assert.equal(frame(), null);
  const other = await take();
  assert.equal(types(other), 'state,open');
});

test('a late frame is taken on, where windows are blocked too', async () => {
  page.isWindowAllowed = false;
  await openWithFrame();
  await pass(3e3, 50);
  assert.equal(page.opened.length, 1);
  assert.equal(note().hidden, false);
  watchFrame(frame() as HTMLIFrameElement); // loaded after all
  const other = await take();
  assert.equal(note().hidden, true);
  assert.equal(types(other), 'state,state,open with a draft');
});

test('a click on the link opens the window that the script alone may not', async () => {
  page.isWindowAllowed = false;
  await openWithFrame();
  await pass(3e3, 50);
  page.isWindowAllowed = true;
  note().querySelector('a')?.click();
  assert.equal(page.opened[1], page.opened[0]);
  assert.equal(page.modules.dialog.isOpen(), false);
});

test('a visitor who has begun to choose stays in the form', async () => {
  await openWithFrame();
  form().dispatchEvent(new Event('pointerdown'));
  await pass(3e3, 50);
  assert.deepEqual(page.opened, []);
  assert.equal(note().hidden, false);
  assert.equal(page.modules.dialog.isOpen(), true);
});

test('closing the dialog ends the wait for the frame', async () => {
  await openWithFrame();
  dialog().close();
  await pass(5e3, 50);
  assert.deepEqual(page.opened, []);
});

test('a blocked frame gives way to a window at once, and the next time no frame is tried', async () => {
  await openWithFrame();
  block();
  assert.equal(page.opened.length, 1);
  assert.equal(page.modules.dialog.isOpen(), false);
  page.modules.frame.open();
  assert.equal(page.opened.length, 2);
  await pass(3e3, 50);
  assert.equal(frame(), null);
  assert.deepEqual(page.offers.filter((o) => o.to == 'frame').length, 0);
});

test("other violations of the page's rules are no block", async () => {
  await openWithFrame();
  block('img-src');
  block('frame-src', 'https://other.example');
  block('frame-src', 'inline');
  block('frame-src', SERVER, 'report');
  assert.deepEqual(page.opened, []);
  block('child-src');
  assert.equal(page.opened.length, 1);
});

test('a window is offered the channel forty times, and its choice counts', async () => {
  await openWithFrame();
  block();
  page.offers = [];
  await pass(10e3, 150);
  assert.equal(page.offers.length, 40);
  const other = await take();
  assert.equal(types(other), 'state,open');
  other.port.postMessage({ type: 'decide', action: 'reject_all', policy: '2', presentation: 'centre' });
  await settle();
  assert.deepEqual(
    page.decided.map((d) => d.action),
    ['reject_all'],
  );
});
