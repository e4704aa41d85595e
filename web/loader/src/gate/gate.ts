// The gate: tagged elements wait until their purpose is granted, start once, and go off when it is refused.
//
//   <script type="text/plain" data-category="analytics" [data-service="…"] [data-src="…"] [data-type="module"]>
//   <iframe data-category="…" data-src="…">   <img data-category="…" data-src="…" data-srcset="…">   and so for media, <link> (data-href)
//   <template data-category="…">…</template>
//
// data-category may name several purposes, with spaces between; all of them must be granted.
import { guardFrames } from './call-hooks';
import { getRootElement, isParsing, createElement } from '../core/dom';
import { isGranted } from './host-list';
import { attempt } from '../core/attempt';
import { listNeededIds } from '../core/tags';
import { getTrustedPolicy } from '../core/trusted-types';

const isAllowed = (e: HTMLElement): boolean => !!listNeededIds(e)?.every(isGranted);

const TAGGED = '[data-category]';

/** Applies the present state to the page. */
export const apply = (): void =>
  getRootElement()
    .querySelectorAll<HTMLElement>(TAGGED)
    .forEach((e) => activateOrBlock(e));

/** Watches for elements that come later; found is called for each template, and each frame that is kept from loading. */
export function watch(found: () => void): void {
  onEmbedFound = found;
  new MutationObserver((records) => {
    guardFrames();
    // While the page is parsed nearly all of it is new: to look at each element from here would cost more than all else.
    if (isParsing()) return apply();
    for (const r of records)
      r.addedNodes.forEach((n) =>
        attempt(() => {
          if (n instanceof HTMLElement) {
            if (n.matches(TAGGED)) activateOrBlock(n);
            n.querySelectorAll<HTMLElement>(TAGGED).forEach((e) => activateOrBlock(e)); // of a form, its field of that name
          }
        }),
      );
  }).observe(getRootElement(), { childList: true, subtree: true });
  addEventListener('readystatechange', apply, true); // what the page ends with
}

let onEmbedFound: () => void;
const SOURCES = ['src', 'srcset', 'href', 'poster'];
const activated = new WeakSet<HTMLElement>();

function activateOrBlock(e: HTMLElement, due = false): void {
  attempt(() => {
    const pass = isAllowed(e);
    if (e.localName == 'template' || (!pass && e.localName == 'iframe')) onEmbedFound();
    if (e instanceof HTMLScriptElement) {
      if (pass && e.type == 'text/plain' && !e.dataset['nod']) startScript(e, due);
    } else if (pass != activated.has(e)) {
      activated[pass ? 'add' : 'delete'](e);
      const load = (): void => {
        for (const name of SOURCES)
          if (e.dataset[name]) {
            if (activated.has(e))
              e.setAttribute(name, e.dataset[name]!); // looked at above
            else e.removeAttribute(name);
          }
        e.closest<HTMLMediaElement>('audio,video')?.load();
      };
      if (pass)
        setTimeout(load); // Chromium drops a frame's address while the parser puts the frame in
      else load();
    }
  });
}

let loadingScript: HTMLScriptElement | undefined; // the last one that still loads

/** A script that was parsed as plain text never runs: a copy takes its place, and its order. What stands in the page
 * after one that loads waits for it, as it would for the parser; due says that it has waited. Once it has begun, the copy
 * is plain text again: whoever takes the page apart and puts it together anew starts it neither again nor against a refusal. */
function startScript(e: HTMLScriptElement, due: boolean): void {
  const src = e.dataset['src'] || e.getAttribute('src');
  if (!src && isParsing() && !e.closest(':not(:last-child)')) return; // the parser may rest within it, its text not all there
  if (loadingScript && !due && !src && !e.dataset['type'])
    return runAfterLoad(loadingScript, () => activateOrBlock(e, true));
  const s = createElement('script');
  for (const { name, value } of Array.from(e.attributes)) {
    if (!/^(type|src|nonce)$/.test(name)) s.setAttribute(name, value);
  }
  s.type = e.dataset['type'] || '';
  s.nonce = e.nonce!; // every HTML element has it; the browser hides it from attributes
  s.async = e.hasAttribute('async');
  if (src) {
    s.src = getTrustedPolicy().createScriptURL(src);
    if (!s.async) runAfterLoad((loadingScript = s), () => loadingScript == s && (loadingScript = undefined));
  } else s.text = getTrustedPolicy().createScript(e.text);
  s.dataset['nod'] = 'ran';
  e.replaceWith(s);
  s.type = 'text/plain';
}

function runAfterLoad(s: HTMLScriptElement, f: () => void): void {
  s.addEventListener('load', f);
  s.addEventListener('error', f);
}
