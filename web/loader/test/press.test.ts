// While a button is pressed in the dialog, nothing may change under the pointer: a click needs its element from the
// press to the release.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pass, settle } from './fresh';
import { dialog, form, frame, openWithFrame, page, take, useHostPage } from './host_page';

const LONG = 5e3; // in ms: longer than every pause of the dialog

useHostPage();

const press = (): unknown => form().dispatchEvent(new Event('pointerdown'));
const release = (type = 'pointerup'): unknown => page.host.dispatchEvent(new Event(type));

/** The frame has drawn what the form shows, and would replace it. */
async function drawInFrame(): Promise<void> {
  const other = await take();
  other.port.postMessage({ type: 'drawn', draft: JSON.stringify(page.modules.dialog.readDraft()) });
  await settle();
}

test('the frame does not replace the form while a button is pressed', async () => {
  await openWithFrame();
  press();
  await drawInFrame();
  await pass(LONG, 50);
  assert.equal(form().hidden, false, 'while it is pressed');
  release();
  assert.equal(form().hidden, false, 'before the click');
  await pass(600, 50);
  assert.equal(form().hidden, true, 'after the click');
});

test('a press that becomes a scroll is no press any more', async () => {
  await openWithFrame();
  press();
  await drawInFrame();
  release('pointercancel');
  await pass(600, 50);
  assert.equal(form().hidden, true);
});

test('the frame is not loaded while a button is pressed', async () => {
  page.modules.frame.open();
  press();
  await pass(LONG, 50);
  assert.ok(!frame(), 'while it is pressed');
  release();
  await pass(300, 50);
  assert.ok(frame(), 'after the click');
});

test('the dialog does not become modal while a button is pressed', async () => {
  let modal = 0;
  dialog().showModal = () => void modal++;
  page.modules.frame.open();
  press();
  await pass(LONG, 50);
  assert.equal(modal, 0, 'while it is pressed');
  release();
  await pass(300, 50);
  assert.equal(modal, 1, 'after the click');
});
