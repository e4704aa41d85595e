// What links lead to: texts, lists and the preferences. Each is a layer of this page, because an app shows no other.
import { findElement } from '../core/find';
import * as layers from './layers';
import { page } from './page';
import * as preferences from './preferences';
import { addNote, findPageName, showText } from './reader';
import { getScreen, getStateWord, showSaved } from './screens';
import { choices } from './session';
import { systemStates } from './system';

/** Opens what a link in a text leads to, if this page has it. */
export function followLink(link: HTMLAnchorElement, e: Event): void {
  const name = findPageName(link);
  if (!name) return;
  e.preventDefault();
  openPage(name, link.hash);
}

/** Opens a text, a list or the preferences. */
export function openPage(name: string, hash = ''): void {
  const address = page.pages[name];
  if (!address) return;
  showSaved(false);
  if (name == 'preferences') {
    preferences.load(address, followLink);
    return layers.open(name);
  }
  showText(address, name == 'policy' ? 'main' : '.list', findElement(getScreen('reader'), '.words'), (list) => {
    addStates(list);
    layers.startAtHeading('reader');
    if (hash) list.querySelector('#' + CSS.escape(hash.slice(1)))?.scrollIntoView();
  });
  layers.open('reader');
}

/** Draws the states again: the visitor answered, or the system says something else. */
export const updateStates = (): void => addStates(getScreen('reader'));

/** Adds the enterprise's name and contact where it decides, and its state to each SDK and to each permission. */
function addStates(list: HTMLElement): void {
  const { words } = page;
  for (const e of list.querySelectorAll('.added')) e.remove();
  const by = choices.getTenant();
  if (by)
    for (const e of list.querySelectorAll('[data-enterprise]'))
      addNote(e, words.managed.replace('{name}', () => by.name) + (by.contact ? ' · ' + by.contact : ''));
  const find = (id: string): Element | null => list.querySelector('#' + CSS.escape(id));
  const sdks = choices.getSDKStates();
  const now = choices.getStates();
  for (const [id, purpose] of Object.entries(page.sdks)) {
    const e = find('sdk-' + page.platform + '-' + id)?.closest('.entry'); // platforms share an entry
    const isRequired = !purpose || page.form.purposes.some((p) => p.id == purpose && p.required);
    const isHeld = now[purpose] == 'granted' && sdks[id] != 'granted';
    if (e) addNote(e, isRequired ? words.required : getStateWord(isHeld ? 'denied' : now[purpose]));
  }
  for (const [id, purpose] of Object.entries(page.permissions)) {
    const e = find('permission-' + id);
    const says = systemStates[id];
    const system = says ? ' · ' + words.system + words.states[says] : '';
    if (e) addNote(e, getStateWord(now[purpose]) + system);
  }
}
