// Draws the present state on the screens.
import type { State } from '../core/config';
import { findElement } from '../core/find';
import * as layers from './layers';
import { page } from './page';
import { choices } from './session';
import { systemStates } from './system';

const { words } = page;

export const getScreen = (id: string): HTMLElement => findElement(document, '#nod-' + id);

export const getStateWord = (s?: State): string =>
  s == 'granted' ? words.granted : s == 'denied' ? words.denied : words.unasked;

export const findPermission = (purpose: string): string | undefined =>
  Object.keys(page.permissions).find((id) => page.permissions[id] == purpose);

/** The purpose that a layer asks about. */
export const getQuestionPurpose = (layer: string): string | undefined =>
  layer.startsWith('q-') ? layer.slice(2) : undefined;

export function draw(): void {
  const top = layers.getTop();
  const purpose = getQuestionPurpose(top);
  if (top == 'ask') getScreen('signal').hidden = !choices.getQuestion().signal.length;
  if (top == 'menu') drawMenu();
  if (purpose) drawQuestion(purpose);
}

function drawMenu(): void {
  const now = choices.getStates();
  for (const b of getScreen('menu').querySelectorAll<HTMLElement>('[data-question]'))
    findElement(b, '.state').textContent = getStateWord(now[b.dataset['question'] || '']);
  findElement(getScreen('menu'), '[data-do=withdraw]').hidden = !choices.hasGrants();
}

function drawQuestion(purpose: string): void {
  const s = getScreen('q-' + purpose);
  const isOff = choices.isBlockedByTenant(purpose);
  const locked = findElement(s, '.locked');
  locked.hidden = !isOff;
  const by = choices.getTenant();
  if (by)
    locked.textContent = words.locked.replace('{name}', () => by.name + (by.contact ? ' (' + by.contact + ')' : ''));
  findElement<HTMLButtonElement>(s, '[data-do=grant]').disabled = isOff;
  const permission = findPermission(purpose);
  const line = findElement(s, '.system');
  const state = permission && systemStates[permission];
  line.hidden = !state;
  if (permission) findElement(line, '.state').textContent = words.states[state || 'unknown'] || '';
  // The system asks by itself, unless it must not.
  findElement(line, '[data-do=settings]').hidden = state != 'denied';
}

/** Applies the app's colour scheme and text size. */
export function setAppearance(scheme: string | undefined, large: boolean | undefined): void {
  const { dataset } = document.documentElement;
  if (scheme) dataset['scheme'] = scheme;
  if (large !== undefined) dataset['large'] = large ? 'true' : 'false';
}

/** Shows that the choice is saved, until the visitor opens something else. */
export function showSaved(isSaved = true): void {
  findElement(getScreen('saved'), 'span').hidden = !isSaved;
}
