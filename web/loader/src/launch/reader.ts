// The texts and lists that the page leads to: each is fetched when it is opened, and read in a layer of the page.
import { bring } from '../bring';
import { trusted } from '../trusted';
import { page } from './page';

let last = 0; // which reading is seen

/** Shows what is at the address in that element; ready is given what was shown. */
export function read(name: string, into: HTMLElement, ready: (list: HTMLElement) => void): void {
  const at = page.pages[name]!;
  const part = name == 'policy' ? 'main' : '.list';
  const mine = ++last;
  into.textContent = '';
  into.ariaBusy = 'true';
  fetchText(at)
    .then((html) => {
      if (mine != last) return; // somebody went on to another text
      const from = new DOMParser().parseFromString(trusted().createHTML(html), 'text/html');
      into.append(document.importNode(from.querySelector(part)!, true));
      for (const l of from.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]:not([href*="/page."])')) // which is in this page's own
        bring('link', l.getAttribute('href')!, at);
      for (const l of from.querySelectorAll<HTMLScriptElement>('script[src]')) bring('script', l.getAttribute('src')!, at);
      ready(into);
      const platform = into.querySelector<HTMLSelectElement>('[name=platform]');
      if (platform && Array.from(platform.options).some((o) => o.value == page.platform)) platform.value = page.platform;
      dispatchEvent(new Event('nod:part'));
      platform?.dispatchEvent(new Event('input', { bubbles: true }));
    })
    .catch(() => mine == last && (into.textContent = page.words.failed))
    .then(() => mine == last && (into.ariaBusy = null));
}

/** The name of the page's text, list or preferences that a link leads to. */
export const placeOf = (link: HTMLAnchorElement): string | undefined =>
  Object.keys(page.pages).find((name) => new URL(page.pages[name]!, location.href).href.split(/[?#]/)[0] == link.href.split(/[?#]/)[0]);

export const fetchText = (url: string): Promise<string> => fetch(url).then((r) => (r.ok ? r.text() : Promise.reject(new Error(r.status + ''))));

/** Puts a note of ours below part of a list. */
export function note(to: Element, text: string): void {
  const p = document.createElement('p');
  p.className = 'note';
  p.textContent = text;
  to.append(p);
}
