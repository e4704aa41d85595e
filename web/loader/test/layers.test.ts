// The layers of the first launch, and what the history does to them.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { fresh, pass, releaseClock, settle, stopClock } from './fresh';
import type * as Layers from './modules/layers';
import { FakeHistory, openPage } from './page';

const IDS = ['ask', 'menu', 'basic', 'age', 'guardian', 'reader', 'preferences', 'q-camera'];
const HTML =
  '<div id="nod-top"></div>' +
  IDS.map((id) => `<section id="nod-${id}" class="screen" data-screen="${id}"><h1 tabindex="-1"></h1></section>`).join(
    '',
  );

let layers: typeof Layers;
let first: string;
let closed: string[];

const past = (): FakeHistory => history as unknown as FakeHistory;
const shown = (): string[] =>
  Array.from(document.querySelectorAll<HTMLElement>('.screen'))
    .filter((s) => !s.hidden)
    .map((s) => s.dataset['screen'] || '');
const isTopBarHidden = (): boolean | undefined => document.getElementById('nod-top')?.hidden;

/** Opens the page; what is in its history is from before. */
async function start(state: unknown = null): Promise<void> {
  openPage('https://consent.example/shop/first-launch', HTML);
  past().entries = [state];
  layers = await fresh<typeof Layers>('layers');
  layers.connect(
    () => first,
    () => {},
  );
  layers.onClose((id) => closed.push(id));
  layers.restore();
}

/** The browser's own way back or forward. */
async function go(by: number): Promise<void> {
  history.go(by);
  await settle();
  await settle();
}

beforeEach(() => {
  stopClock();
  first = 'menu';
  closed = [];
});
afterEach(() => {
  releaseClock();
  mock.restoreAll();
});

test('the first layer is seen, and there is nothing to go back to', async () => {
  await start();
  assert.deepEqual(shown(), ['menu']);
  assert.equal(layers.isDeep(), false);
  assert.equal(isTopBarHidden(), true);
  layers.close();
  await settle();
  assert.deepEqual(shown(), ['menu']);
});

test('a layer opens over another, has the focus, and closes', async () => {
  await start();
  layers.open('reader');
  assert.deepEqual(shown(), ['reader']);
  assert.equal(isTopBarHidden(), false);
  assert.equal(document.activeElement?.closest('section')?.id, 'nod-reader');
  layers.close();
  assert.equal(layers.isLeaving(), true);
  await settle();
  assert.equal(layers.isLeaving(), false);
  assert.deepEqual(shown(), ['menu']);
  assert.deepEqual(closed, ['reader']);
});

test('a layer that is seen, or that the page has not, does not open', async () => {
  await start();
  layers.open('menu');
  layers.open('nothing');
  assert.equal(past().entries.length, 1);
});

test('a second click on the way back, while the first is under way, closes nothing more', async () => {
  await start();
  layers.open('reader');
  layers.close();
  layers.close();
  await settle();
  await settle();
  assert.deepEqual(shown(), ['menu']);
  assert.equal(past().at, 0);
});

test('a layer that does not close in time no longer counts as leaving', async () => {
  await start();
  layers.open('reader');
  mock.method(history, 'go', () => {}); // a webview that does nothing
  layers.close();
  await pass(499);
  assert.equal(layers.isLeaving(), true);
  await pass(1);
  assert.equal(layers.isLeaving(), false);
  assert.equal(layers.isDeep(), true);
});

test("the browser's way back closes several layers, the last one first", async () => {
  await start();
  layers.open('reader');
  layers.open('preferences');
  await go(-2);
  assert.deepEqual(shown(), ['menu']);
  assert.deepEqual(closed, ['preferences', 'reader']);
});

test("the browser's way forward opens a layer, but no question about the age", async () => {
  await start();
  layers.open('q-camera');
  layers.open('age');
  await go(-2);
  await go(1);
  assert.deepEqual(shown(), ['q-camera']);
  await go(1);
  assert.deepEqual(shown(), ['q-camera']);
  await settle();
  assert.equal(past().at, 1, 'the history goes back to what is seen');
});

test('layers on another first layer are not shown any more', async () => {
  first = 'ask';
  await start();
  layers.open('reader');
  first = 'menu';
  await go(-1);
  assert.deepEqual(shown(), ['menu']);
});

test('unwinding closes the questions on the way, and then goes on once', async () => {
  await start();
  layers.open('q-camera');
  layers.open('age');
  layers.open('guardian');
  let times = 0;
  layers.unwind(layers.AGE_LAYERS, () => times++);
  assert.equal(times, 0);
  await settle();
  assert.equal(times, 1);
  assert.deepEqual(shown(), ['q-camera']);
  layers.close();
  await settle();
  assert.equal(times, 1);
});

test('unwinding goes on at once where there is nothing to close, and not twice', async () => {
  await start();
  let times = 0;
  layers.unwind(layers.AGE_LAYERS, () => times++);
  assert.equal(times, 1);
  layers.open('age');
  layers.unwind(['age'], () => times++);
  layers.unwind(['age'], () => times++); // a second click
  await settle();
  await settle();
  assert.equal(times, 2);
});

test('a reset shows other layers at once, and the history holds them afterwards', async () => {
  first = 'ask';
  await start();
  layers.open('age');
  layers.open('guardian');
  first = 'menu';
  layers.reset('menu', 'basic');
  assert.deepEqual(shown(), ['basic']);
  assert.deepEqual(closed, ['guardian', 'age', 'ask']);
  await settle();
  assert.deepEqual(past().entries, [{ nod: ['menu'] }, { nod: ['menu', 'basic'] }]);
  assert.deepEqual(shown(), ['basic']);
  layers.close();
  await settle();
  assert.deepEqual(shown(), ['menu']);
});

test('a reset at the beginning of the history needs no way back', async () => {
  first = 'ask';
  await start();
  first = 'menu';
  layers.reset('menu');
  assert.deepEqual(past().entries, [{ nod: ['menu'] }]);
  assert.deepEqual(shown(), ['menu']);
});

test('a page that starts again shows the layers of its history, but none whose contents are gone', async () => {
  for (const [state, want] of [
    [['menu', 'q-camera'], 'q-camera'],
    [['menu', 'q-camera', 'age', 'guardian'], 'q-camera'],
    [['menu', 'reader'], 'menu'],
    [['menu', 'preferences'], 'menu'],
    [['ask', 'q-camera'], 'menu'], // it was decided since
    [['menu', 'nothing'], 'menu'],
    [['menu', '"]'], 'menu'],
    [[], 'menu'],
    ['menu', 'menu'],
    [[1], 'menu'],
  ] as const) {
    await start({ nod: state });
    assert.deepEqual(shown(), [want], JSON.stringify(state));
    assert.equal(layers.getTop(), want);
  }
});

test("another script's entries of the history are left as they are", async () => {
  for (const state of [null, { page: 1 }, 'text']) {
    await start(state);
    assert.deepEqual(shown(), ['menu']);
    assert.deepEqual(history.state, state);
  }
});
