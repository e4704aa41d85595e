// The texts and lists that the page leads to: each is fetched when it is opened, and read in a layer of the page.
import { bring } from '../ui/import-part';
import { find } from '../core/find';
import { trusted } from '../core/trusted-types';
import { page } from './page';

let last = 0; // which reading is seen

/** Shows part of what is at the address in that element; ready is given what was shown. */
export function read(address: string, part: string, into: HTMLElement, ready: (list: HTMLElement) => void): void {
  const mine = ++last;
  into.textContent = '';
  into.ariaBusy = 'true';
  fetchText(address)
    .then((html) => {
      if (mine != last) return; // somebody went on to another text
      const from = new DOMParser().parseFromString(trusted().createHTML(html), 'text/html');
      into.append(document.importNode(find(from, part), true));
      // which is in this page's own
      for (const l of from.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]:not([href*="/page."])'))
        bring('link', l.getAttribute('href') || '', address);
      for (const l of from.querySelectorAll<HTMLScriptElement>('script[src]'))
        bring('script', l.getAttribute('src') || '', address);
      ready(into);
      const platform = into.querySelector<HTMLSelectElement>('[name=platform]');
      if (platform && Array.from(platform.options).some((o) => o.value == page.platform))
        platform.value = page.platform;
      dispatchEvent(new Event('nod:part'));
      platform?.dispatchEvent(new Event('input', { bubbles: true }));
    })
    .catch(() => mine == last && (into.textContent = page.words.failed))
    .then(() => mine == last && (into.ariaBusy = null));
}

/** The name of the page's text, list or preferences that a link leads to. */
export const placeOf = (link: HTMLAnchorElement): string | undefined =>
  Object.entries(page.pages).find(
    ([, address]) => pathOf(new URL(address, location.href).href) == pathOf(link.href),
  )?.[0];

const pathOf = (url: string): string | undefined => url.split(/[?#]/)[0];

export const fetchText = (url: string): Promise<string> =>
  fetch(url).then((r) => (r.ok ? r.text() : Promise.reject(new Error(r.status + ''))));

/** Puts a note of ours below part of a list. */
export function note(to: Element, text: string): void {
  const p = document.createElement('p');
  p.className = 'note';
  p.textContent = text;
  to.append(p);
}
