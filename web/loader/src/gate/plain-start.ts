// Starts tagged elements where starter.js can't be loaded: scripts in no particular order, other elements by their
// source alone.
import { markRan } from '../core/ran';
import { getTrustedPolicy } from '../core/trusted-types';
import { hasTagNonce } from './tag-nonce';

export function startPlainly(e: HTMLElement, canLoad: boolean): void {
  const src = canLoad ? e.dataset['src'] : '';
  if (e.localName != 'script') {
    if (src) e.setAttribute('src', src);
    else e.removeAttribute('src');
    return;
  }
  const s = e as HTMLScriptElement;
  if (!canLoad || (src && !hasTagNonce(s)) || s.type != 'text/plain' || e.dataset['nod']) return;
  markRan(e);
  s.type = e.dataset['type'] || '';
  if (src) s.src = getTrustedPolicy().createScriptURL(src);
  else s.text = getTrustedPolicy().createScript(s.text);
  s.type = 'text/plain';
}
