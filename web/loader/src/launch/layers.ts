// The layers of the page: the top one is visible, and going back closes them one by one. They are in the browser's
// history and nowhere else, so that its back button and a webview that restarts know them too.
//
//     open           a layer is added to the stack and to the history
//     close, unwind  the history goes back ──popstate──▶ the stack follows, and listeners hear of each closed layer
//     reset          the stack is replaced ──▶ the history goes back to its start ──popstate──▶ and gets the stack
//
// Between the step back and its popstate the layers are leaving: another step back would be one too many.
import { findElement } from '../core/find';

export const AGE_LAYERS = ['age', 'guardian']; // asked before something else is done
const CLOSE_TIME = 500 * TIME_SCALE; // after which a layer has closed, in ms

let firstLayer: () => string;
let draw: () => void;
let stack: string[] = [];
let leavingCount = 0; // number of layers that are leaving
let writeHistory: (() => void) | undefined; // writes the stack to the history, once that is back at its start
const closeListeners: ((id: string) => void)[] = [];
const openers: Record<string, Element | null> = {}; // had the focus before each layer was opened

const findScreen = (id: string): HTMLElement | null => document.getElementById('nod-' + id);

/** The visible layer. */
export const getTop = (): string => stack[stack.length - 1] || '';

/** Whether there is a layer to go back to. */
export const isDeep = (): boolean => stack.length - leavingCount > 1;

/** Whether a layer is leaving. */
export const isLeaving = (): boolean => leavingCount > 0;

/** Calls f with each layer that is closed. */
export const onClose = (f: (id: string) => void): void => void closeListeners.push(f);

function show(): void {
  draw();
  for (const s of document.querySelectorAll<HTMLElement>('.screen')) s.hidden = s.dataset['screen'] != getTop();
  findElement(document, '#nod-top').hidden = stack.length < 2;
  showTitle();
  scrollTo(0, 0);
}

/** Gives the window the name of the visible layer. */
function showTitle(): void {
  const screen = findScreen(getTop());
  document.title = findHeading(screen)?.textContent || screen?.getAttribute('aria-label') || document.title;
}

const findHeading = (screen: HTMLElement | null): HTMLElement | null | undefined => screen?.querySelector('h1');

/** A screen reader continues at the start of a new layer, and where a closed one was opened. */
function focus(opener?: Element | null): void {
  if (opener && opener != document.body) (opener as HTMLElement).focus();
  if (opener && opener != document.body && document.activeElement == opener) return;
  const screen = findScreen(getTop());
  (findHeading(screen) || screen?.querySelector<HTMLElement>('.words'))?.focus({ preventScroll: true });
}

/** Names a layer after the heading of what was loaded into it, and moves the focus from the layer to the heading. */
export function startAtHeading(id: string): void {
  const screen = findScreen(id);
  const heading = findHeading(screen);
  if (!screen || !heading) return;
  screen.setAttribute('aria-label', heading.textContent || '');
  heading.tabIndex = -1;
  if (getTop() != id) return;
  showTitle();
  if (document.activeElement?.matches('.words')) focus();
}

const readEntry = (state: unknown): unknown => (state as { nod?: unknown } | null)?.nod;

/** The layers of an entry of the history; undefined if it has none that can be shown. */
function readLayers(state: unknown): string[] | undefined {
  const all = readEntry(state);
  const isLayer = (id: unknown): boolean => typeof id == 'string' && /^[\w-]+$/.test(id) && !!findScreen(id);
  return Array.isArray(all) && all.length && all.every(isLayer) ? (all as string[]) : undefined;
}

/** Tells the listeners which layers are closed. */
function announceClosed(before: string[]): void {
  let same = 0;
  while (same < stack.length && before[same] == stack[same]) same++;
  for (const id of before.slice(same).reverse()) for (const f of closeListeners) f(id);
}

/** Drops the first of these ids from the layers, with all that follow it. A layer that was at the same place before
 * stays. */
function dropFrom(ids: string[], layers: string[], before: string[] = []): string[] {
  const lost = layers.findIndex((id, n) => ids.includes(id) && before[n] != id);
  return lost > 0 ? layers.slice(0, lost) : layers;
}

function goBack(steps: number): void {
  leavingCount += steps;
  setTimeout(() => (leavingCount = 0), CLOSE_TIME);
  history.go(-steps);
}

/** Writes the history, if it went back for that, and returns whether it did. */
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
  // The browser's forward button leads neither to the age nor to what is answered.
  stack = all[0] == firstLayer() ? dropFrom(AGE_LAYERS, all, before) : [firstLayer()];
  if (stack.length < all.length) goBack(all.length - stack.length);
  announceClosed(before);
  show();
  focus(openers[before[stack.length] || '']);
}

export function open(id: string): void {
  if (getTop() == id || !findScreen(id)) return;
  openers[id] = document.activeElement;
  stack = stack.concat(id);
  history.pushState({ nod: stack }, '');
  show();
  focus();
}

/** Closes the visible layer. */
export function close(): void {
  if (isDeep()) goBack(1);
}

/** Closes the top layers that are among the ids, and then runs f. */
export function unwind(ids: string[], f: () => void): void {
  let steps = 0;
  // The lowest layer stays: the history has nothing below it.
  while (steps < stack.length - 1 && ids.includes(stack[stack.length - 1 - steps] || '')) steps++;
  if (!steps) return f();
  if (isLeaving()) return; // f is about to run, or an earlier function
  addEventListener('popstate', () => f(), { once: true });
  goBack(steps);
}

/** Shows these layers, and no others. */
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

/** Starts following the history. first returns the bottom layer of now, and drawNow draws the visible one. */
export function connect(first: () => string, drawNow: () => void): void {
  firstLayer = first;
  draw = drawNow;
  history.scrollRestoration = 'manual'; // else the browser scrolls after us
  addEventListener('popstate', onPopState);
}

/** Shows the layers of the history. */
export function restore(): void {
  const all = readLayers(history.state) || [firstLayer()];
  // The contents of these layers, or what needs their answers, went with the page before.
  stack = dropFrom([...AGE_LAYERS, 'reader', 'preferences', 'changes'], all[0] == firstLayer() ? all : [firstLayer()]);
  if (readEntry(history.state)) history.replaceState({ nod: stack }, '');
  show();
}
