// The texts and lists that the page leads to: each is fetched when it is opened, and read in a layer of the page.
import { importPart } from '../ui/import-part';
import { findElement } from '../core/find';
import { getTrustedPolicy } from '../core/trusted-types';
import { page } from './page';

let lastReading = 0; // which reading is seen

/** Shows part of what is at the address in that element; ready is given what was shown. */
export function showText(address: string, part: string, into: HTMLElement, ready: (list: HTMLElement) => void): void {
  const mine = ++lastReading;
  into.textContent = '';
  into.ariaBusy = 'true';
  fetchText(address)
    .then((html) => {
      if (mine != lastReading) return; // somebody went on to another text
      const from = new DOMParser().parseFromString(getTrustedPolicy().createHTML(html), 'text/html');
      into.append(document.importNode(findElement(from, part), true));
      // which is in this page's own
      for (const l of from.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]:not([href*="/page."])'))
        importPart('link', l.getAttribute('href') || '', address);
      for (const l of from.querySelectorAll<HTMLScriptElement>('script[src]'))
        importPart('script', l.getAttribute('src') || '', address);
      ready(into);
      const platform = into.querySelector<HTMLSelectElement>('[name=platform]');
      if (platform && Array.from(platform.options).some((o) => o.value == page.platform))
        platform.value = page.platform;
      dispatchEvent(new Event('nod:part'));
      platform?.dispatchEvent(new Event('input', { bubbles: true }));
    })
    .catch(() => mine == lastReading && (into.textContent = page.words.failed))
    .then(() => mine == lastReading && (into.ariaBusy = null));
}

/** The name of the page's text, list or preferences that a link leads to. */
export const findPageName = (link: HTMLAnchorElement): string | undefined =>
  Object.entries(page.pages).find(
    ([, address]) => getPath(new URL(address, location.href).href) == getPath(link.href),
  )?.[0];

const getPath = (url: string): string | undefined => url.split(/[?#]/)[0];

export const fetchText = (url: string): Promise<string> =>
  fetch(url).then((r) => (r.ok ? r.text() : Promise.reject(new Error(r.status + ''))));

/** Puts a note of ours below part of a list. */
export function addNote(to: Element, text: string): void {
  const p = document.createElement('p');
  p.className = 'note';
  p.textContent = text;
  to.append(p);
}
