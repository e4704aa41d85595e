// What links lead to: texts, lists and the preferences. Each is a layer of this page, because an app shows no other.
import { findElement } from '../core/find';
import * as layers from './layers';
import { page } from './page';
import * as preferences from './preferences';
import { addNote, findPageName, showText } from './reader';
import { getScreen, getStateWord } from './screens';
import { choices } from './session';

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
  if (name == 'preferences') {
    preferences.load(address, followLink);
    return layers.open(name);
  }
  showText(address, name == 'policy' ? 'main' : '.list', findElement(getScreen('reader'), '.words'), (list) => {
    addStates(list);
    if (hash) list.querySelector('#' + CSS.escape(hash.slice(1)))?.scrollIntoView();
  });
  layers.open('reader');
}

/** Adds the enterprise's name and contact where it decides, and its state to each SDK. */
function addStates(list: HTMLElement): void {
  const { words } = page;
  const by = choices.getTenant();
  if (by)
    for (const e of list.querySelectorAll('[data-enterprise]'))
      addNote(e, words.managed.replace('{name}', () => by.name) + (by.contact ? ' · ' + by.contact : ''));
  const now = choices.getStates();
  for (const [id, purpose] of Object.entries(page.sdks)) {
    const e = list.querySelector('#sdk-' + page.platform + '-' + CSS.escape(id));
    const isRequired = page.form.purposes.some((p) => p.id == purpose && p.required);
    if (e) addNote(e, isRequired ? words.required : getStateWord(now[purpose]));
  }
}
