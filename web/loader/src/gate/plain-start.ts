// Starts tagged elements where starter.js can't be loaded: scripts in no particular order, other elements by their
// source alone.
import { getTrustedPolicy } from '../core/trusted-types';

export function startPlainly(e: HTMLElement, canLoad: boolean): void {
  const src = canLoad ? e.dataset['src'] : '';
  if (!(e instanceof HTMLScriptElement)) {
    if (src) e.setAttribute('src', src);
    else e.removeAttribute('src');
    return;
  }
  if (!canLoad || e.type != 'text/plain' || e.dataset['nod']) return;
  e.dataset['nod'] = 'ran';
  e.type = e.dataset['type'] || '';
  if (src) e.src = getTrustedPolicy().createScriptURL(src);
  else e.text = getTrustedPolicy().createScript(e.text);
  e.type = 'text/plain';
}
