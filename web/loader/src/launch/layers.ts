// The layers of the page: one is seen, and going back closes them one by one. They are in the history, so that the
// browser's way back and a webview that starts again know them too; nothing else remembers them.
//
//     open: a layer is put on the stack, and into the history
//     close, unwind: the history goes back ──popstate──▶ the stack follows, and listeners hear of each closed layer
//     reset: the stack is another one at once ──▶ the history goes back to its beginning ──popstate──▶ and holds it
//
// Between the step back and its popstate the layers are leaving: another step back would be one too many.
import { findElement } from '../core/find';

export const AGE_LAYERS = ['age', 'guardian']; // what is asked on the way to something else
const CLOSE_TIME = 500 * TIME_SCALE; // by when a layer has closed, in ms

let firstLayer: () => string;
let draw: () => void;
let stack: string[] = [];
let leavingCount = 0; // layers that are on their way out
let writeHistory: (() => void) | undefined; // puts the stack into the history, once that has gone back to its beginning
const closeListeners: ((id: string) => void)[] = [];

const findScreen = (id: string): HTMLElement | null => document.getElementById('nod-' + id);

/** The layer that is seen. */
export const getTop = (): string => stack[stack.length - 1] || '';

/** Whether there is something to go back to. */
export const isDeep = (): boolean => stack.length - leavingCount > 1;

/** Whether a layer is on its way out. */
export const isLeaving = (): boolean => leavingCount > 0;

/** Calls f with each layer that is closed. */
export const onClose = (f: (id: string) => void): void => void closeListeners.push(f);

function show(): void {
  draw();
  for (const s of document.querySelectorAll<HTMLElement>('.screen')) s.hidden = s.dataset['screen'] != getTop();
  findElement(document, '#nod-top').hidden = stack.length < 2;
  scrollTo(0, 0);
}

/** A screen reader goes on where the new layer begins. */
function focus(): void {
  findScreen(getTop())?.querySelector<HTMLElement>('h1, .words')?.focus({ preventScroll: true });
}

const readEntry = (state: unknown): unknown => (state as { nod?: unknown } | null)?.nod;

/** The layers that an entry of the history holds; undefined where it holds none that can be shown. */
function readLayers(state: unknown): string[] | undefined {
  const all = readEntry(state);
  const isLayer = (id: unknown): boolean => typeof id == 'string' && /^[\w-]+$/.test(id) && !!findScreen(id);
  return Array.isArray(all) && all.length && all.every(isLayer) ? (all as string[]) : undefined;
}

/** Says of each layer that was seen and is not any more that it is closed. */
function announceClosed(before: string[]): void {
  let same = 0;
  while (same < stack.length && before[same] == stack[same]) same++;
  for (const id of before.slice(same).reverse()) for (const f of closeListeners) f(id);
}

/** The layers without the first of those ids, and all that follow it; one that was seen at the same place stays. */
function dropFrom(ids: string[], layers: string[], before: string[] = []): string[] {
  const lost = layers.findIndex((id, n) => ids.includes(id) && before[n] != id);
  return lost > 0 ? layers.slice(0, lost) : layers;
}

function goBack(steps: number): void {
  leavingCount += steps;
  setTimeout(() => (leavingCount = 0), CLOSE_TIME);
  history.go(-steps);
}

/** Writes the history, where it went back for what is seen already; says whether it did. */
function hasWrittenHistory(): boolean {
  const write = writeHistory;
  writeHistory = undefined;
  write?.();
  return !!write;
}

function onPopState(e: PopStateEvent): void {
  leavingCount = 0;
  if (hasWrittenHistory()) return;
  const before = stack;
  const all = readLayers(e.state) || [firstLayer()];
  // The browser's way forward leads to no question about somebody's age, nor to what was answered.
  stack = all[0] == firstLayer() ? dropFrom(AGE_LAYERS, all, before) : [firstLayer()];
  if (stack.length < all.length) goBack(all.length - stack.length);
  announceClosed(before);
  show();
  focus();
}

export function open(id: string): void {
  if (getTop() == id || !findScreen(id)) return;
  stack = stack.concat(id);
  history.pushState({ nod: stack }, '');
  show();
  focus();
}

/** Closes the layer that is seen. */
export function close(): void {
  if (isDeep()) goBack(1);
}

/** Closes the layers that are seen and among the ids, and then runs f. */
export function unwind(ids: string[], f: () => void): void {
  let steps = 0;
  while (ids.includes(stack[stack.length - 1 - steps] || '')) steps++;
  if (!steps) return f();
  if (isLeaving()) return; // f, or what came before it, is on its way
  addEventListener('popstate', () => f(), { once: true });
  goBack(steps);
}

/** Shows these layers, and none else. */
export function reset(...ids: string[]): void {
  const before = stack;
  const steps = before.length - 1;
  stack = ids;
  announceClosed(before);
  writeHistory = () => {
    history.replaceState({ nod: ids.slice(0, 1) }, '');
    for (let n = 2; n <= ids.length; n++) history.pushState({ nod: ids.slice(0, n) }, '');
  };
  if (steps) history.go(-steps);
  else hasWrittenHistory();
  show();
  focus();
}

/** Begins to follow the history; first says which layer is at the bottom now, and drawNow brings what is seen up to
 * date. */
export function connect(first: () => string, drawNow: () => void): void {
  firstLayer = first;
  draw = drawNow;
  addEventListener('popstate', onPopState);
}

/** Shows the layers that the history holds. */
export function restore(): void {
  const all = readLayers(history.state) || [firstLayer()];
  // What is in these, or wants their answer, is gone with the page before.
  stack = dropFrom([...AGE_LAYERS, 'reader', 'preferences'], all[0] == firstLayer() ? all : [firstLayer()]);
  if (readEntry(history.state)) history.replaceState({ nod: stack }, '');
  show();
}
