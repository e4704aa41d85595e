// What links lead to: texts, lists and the preferences. Each is a layer of the page, for an app shows no other page.
import { find } from '../core/find';
import * as layers from './layers';
import { page } from './page';
import * as preferences from './preferences';
import { note, placeOf, read } from './reader';
import { screen, wordOf } from './screens';
import { choices } from './session';

/** Opens what a link in a text leads to, where that is one of the page's. */
export function followLink(link: HTMLAnchorElement, e: Event): void {
  const name = placeOf(link);
  if (!name) return;
  e.preventDefault();
  open(name, link.hash);
}

/** Opens a text, a list or the preferences. */
export function open(name: string, hash = ''): void {
  const address = page.pages[name];
  if (!address) return;
  if (name == 'preferences') {
    preferences.load(address, followLink);
    return layers.open(name);
  }
  read(address, name == 'policy' ? 'main' : '.list', find(screen('reader'), '.words'), (list) => {
    addStates(list);
    if (hash) list.querySelector('#' + CSS.escape(hash.slice(1)))?.scrollIntoView();
  });
  layers.open('reader');
}

/** What the enterprise decides about has its name and how to reach it; each SDK its state. */
function addStates(list: HTMLElement): void {
  const { words } = page;
  const by = choices.tenant();
  if (by)
    for (const e of list.querySelectorAll('[data-enterprise]'))
      note(e, words.managed.replace('{name}', () => by.name) + (by.contact ? ' · ' + by.contact : ''));
  const now = choices.states();
  for (const [id, purpose] of Object.entries(page.sdks)) {
    const e = list.querySelector('#sdk-' + page.platform + '-' + CSS.escape(id));
    const isRequired = page.form.purposes.some((p) => p.id == purpose && p.required);
    if (e) note(e, isRequired ? words.required : wordOf(now[purpose]));
  }
}
