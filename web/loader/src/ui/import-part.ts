// A part of another page of ours needs the styles and scripts of that page.
import { getTrustedPolicy } from '../core/trusted-types';

/** Loads the styles and scripts of a page that match the selectors, once. address is where the page is. */
export function importAssets(page: Document, address: string, styles: string, scripts: string): void {
  for (const l of page.querySelectorAll<HTMLLinkElement>(styles))
    importAsset('link', l.getAttribute('href') || '', address);
  for (const s of page.querySelectorAll<HTMLScriptElement>(scripts))
    importAsset('script', s.getAttribute('src') || '', address);
}

function importAsset(tag: 'link' | 'script', name: string, page: string): void {
  const { href } = new URL(name, new URL(page, location.href));
  const others = document.querySelectorAll<HTMLLinkElement & HTMLScriptElement>(tag);
  if (Array.from(others).some((e) => (e.src || e.href) == href)) return;
  const e = document.createElement(tag);
  if (e instanceof HTMLScriptElement) e.src = getTrustedPolicy().createScriptURL(href);
  else Object.assign(e, { rel: 'stylesheet', href });
  document.head.append(e);
}

/** Fetches a page of ours. */
export const fetchText = (url: string): Promise<string> =>
  fetch(url).then((r) => (r.ok ? r.text() : Promise.reject(new Error(r.status + ''))));

export const parsePage = (html: string): Document =>
  new DOMParser().parseFromString(getTrustedPolicy().createHTML(html), 'text/html');
