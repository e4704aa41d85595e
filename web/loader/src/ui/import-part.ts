// Parts of other pages of ours need what those load.
import { getTrustedPolicy } from '../core/trusted-types';

/** Brings a style sheet or a script that the page at the address has, once. */
export function importPart(tag: 'link' | 'script', name: string, page: string): void {
  const { href } = new URL(name, new URL(page, location.href));
  if (
    Array.from(document.querySelectorAll<HTMLLinkElement & HTMLScriptElement>(tag)).some(
      (e) => (e.src || e.href) == href,
    )
  )
    return;
  const e = document.createElement(tag);
  if (e instanceof HTMLScriptElement) e.src = getTrustedPolicy().createScriptURL(href);
  else Object.assign(e, { rel: 'stylesheet', href });
  document.head.append(e);
}
