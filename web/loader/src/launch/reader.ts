// Shows texts and lists of other pages of ours in a layer of this page. They are fetched when the visitor opens them.
import { findElement } from '../core/find';
import { fetchText, importAssets, parsePage } from '../ui/import-part';
import { page } from './page';

let lastReading = 0; // number of the text that is shown

/** Shows part of the page at the address in an element, and then calls ready with that. */
export function showText(address: string, part: string, into: HTMLElement, ready: (list: HTMLElement) => void): void {
  const number = ++lastReading;
  into.textContent = '';
  into.ariaBusy = 'true';
  fetchText(address)
    .then((html) => {
      if (number != lastReading) return; // the visitor opened another one
      const from = parsePage(html);
      into.append(document.importNode(findElement(from, part), true));
      // This page has the styles that all pages have.
      importAssets(from, address, 'link[rel=stylesheet]:not([href*="/page."])', 'script[src]');
      ready(into);
      const platform = into.querySelector<HTMLSelectElement>('[name=platform]');
      if (platform && Array.from(platform.options).some((o) => o.value == page.platform))
        platform.value = page.platform;
      dispatchEvent(new Event('nod:part'));
      platform?.dispatchEvent(new Event('input', { bubbles: true }));
    })
    .catch(() => number == lastReading && (into.textContent = page.words.failed))
    .then(() => number == lastReading && (into.ariaBusy = null));
}

/** The name of the text, the list or the preferences that a link leads to. */
export const findPageName = (link: HTMLAnchorElement): string | undefined =>
  Object.entries(page.pages).find(
    ([, address]) => getPath(new URL(address, location.href).href) == getPath(link.href),
  )?.[0];

const getPath = (url: string): string | undefined => url.split(/[?#]/)[0];

/** Adds a note of ours to a part of a list. */
export function addNote(to: Element, text: string): void {
  const p = document.createElement('p');
  p.className = 'note added';
  p.textContent = text;
  to.append(p);
}
