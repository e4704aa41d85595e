// Brings what is seen to the present state.
import type { State } from '../core/config';
import { find } from '../core/find';
import type { SystemState } from './bridge';
import * as layers from './layers';
import { page } from './page';
import { choices } from './session';

const { words } = page;

/** What the system says of the app's permissions. */
export const system: Record<string, SystemState> = Object.create(null);

export const screen = (id: string): HTMLElement => find(document, '#nod-' + id);

export const wordOf = (s?: State): string =>
  s == 'granted' ? words.granted : s == 'denied' ? words.denied : words.unasked;

export const permissionOf = (purpose: string): string | undefined =>
  Object.keys(page.permissions).find((id) => page.permissions[id] == purpose);

/** The purpose of the question that is seen. */
export const questionOf = (layer: string): string | undefined => (layer.startsWith('q-') ? layer.slice(2) : undefined);

export function draw(): void {
  const top = layers.top();
  const purpose = questionOf(top);
  if (top == 'ask') screen('signal').hidden = !choices.question().signal.length;
  if (top == 'menu') drawMenu();
  if (purpose) drawQuestion(purpose);
}

function drawMenu(): void {
  const now = choices.states();
  for (const b of screen('menu').querySelectorAll<HTMLElement>('[data-question]'))
    find(b, '.state').textContent = wordOf(now[b.dataset['question'] || '']);
}

function drawQuestion(purpose: string): void {
  const s = screen('q-' + purpose);
  const isOff = choices.off(purpose);
  const locked = find(s, '.locked');
  locked.hidden = !isOff;
  const by = choices.tenant();
  if (by)
    locked.textContent = words.locked.replace('{name}', () => by.name + (by.contact ? ' (' + by.contact + ')' : ''));
  find<HTMLButtonElement>(s, '[data-do=grant]').disabled = isOff;
  const permission = permissionOf(purpose);
  const line = find(s, '.system');
  const state = permission && system[permission];
  line.hidden = !state;
  if (permission) find(line, '.state').textContent = words.states[state || 'unknown'] || '';
}

/** Follows the app's colours and its size of letters. */
export function setAppearance(scheme: string | undefined, large: boolean | undefined): void {
  const { dataset } = document.documentElement;
  if (scheme) dataset['scheme'] = scheme;
  if (large !== undefined) dataset['large'] = large ? 'true' : 'false';
}

/** Says that the choice is saved. */
export function showSaved(): void {
  find(screen('kept'), 'span').hidden = false;
}
