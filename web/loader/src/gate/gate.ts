// The gate: tagged elements wait until their purpose is granted, start once, and go off when it is refused.
//
//   <script type="text/plain" data-category="analytics" [data-service="…"] [data-src="…"] [data-type="module"]>
//   <iframe data-category="…" data-src="…">   <img data-category="…" data-src="…" data-srcset="…">   and so for media, <link> (data-href)
//   <template data-category="…">…</template>
//
// data-category may name several purposes, with spaces between; all of them must be granted.
import { frames } from './call-hooks';
import { html, loading, make } from '../core/dom';
import { granted } from './host-list';
import { attempt } from '../core/attempt';
import { needs } from '../core/tags';
import { trusted } from '../core/trusted-types';

const passes = (e: HTMLElement): boolean => !!needs(e)?.every(granted);

const TAGGED = '[data-category]';

/** Applies the present state to the page. */
export const apply = (): void =>
  html()
    .querySelectorAll<HTMLElement>(TAGGED)
    .forEach((e) => settle(e));

/** Watches for elements that come later; found is called for each template, and each frame that is kept from loading. */
export function watch(found: () => void): void {
  embed = found;
  new MutationObserver((records) => {
    frames();
    // While the page is parsed nearly all of it is new: to look at each element from here would cost more than all else.
    if (loading()) return apply();
    for (const r of records)
      r.addedNodes.forEach((n) =>
        attempt(() => {
          if (n instanceof HTMLElement) {
            if (n.matches(TAGGED)) settle(n);
            n.querySelectorAll<HTMLElement>(TAGGED).forEach((e) => settle(e)); // of a form, its field of that name
          }
        }),
      );
  }).observe(html(), { childList: true, subtree: true });
  addEventListener('readystatechange', apply, true); // what the page ends with
}

let embed: () => void;
const SOURCES = ['src', 'srcset', 'href', 'poster'];
const loaded = new WeakSet<HTMLElement>();

function settle(e: HTMLElement, due = false): void {
  attempt(() => {
    const pass = passes(e);
    if (e.localName == 'template' || (!pass && e.localName == 'iframe')) embed();
    if (e instanceof HTMLScriptElement) {
      if (pass && e.type == 'text/plain' && !e.dataset['nod']) start(e, due);
    } else if (pass != loaded.has(e)) {
      loaded[pass ? 'add' : 'delete'](e);
      const load = (): void => {
        for (const name of SOURCES)
          if (e.dataset[name]) {
            if (loaded.has(e))
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

let ahead: HTMLScriptElement | undefined; // the last one that still loads

/** A script that was parsed as plain text never runs: a copy takes its place, and its order. What stands in the page
 * after one that loads waits for it, as it would for the parser; due says that it has waited. Once it has begun, the copy
 * is plain text again: whoever takes the page apart and puts it together anew starts it neither again nor against a refusal. */
function start(e: HTMLScriptElement, due: boolean): void {
  const src = e.dataset['src'] || e.getAttribute('src');
  if (!src && loading() && !e.closest(':not(:last-child)')) return; // the parser may rest within it, its text not all there
  if (ahead && !due && !src && !e.dataset['type']) return after(ahead, () => settle(e, true));
  const s = make('script');
  for (const { name, value } of Array.from(e.attributes)) {
    if (!/^(type|src|nonce)$/.test(name)) s.setAttribute(name, value);
  }
  s.type = e.dataset['type'] || '';
  s.nonce = e.nonce!; // every HTML element has it; the browser hides it from attributes
  s.async = e.hasAttribute('async');
  if (src) {
    s.src = trusted().createScriptURL(src);
    if (!s.async) after((ahead = s), () => ahead == s && (ahead = undefined));
  } else s.text = trusted().createScript(e.text);
  s.dataset['nod'] = 'ran';
  e.replaceWith(s);
  s.type = 'text/plain';
}

function after(s: HTMLScriptElement, f: () => void): void {
  s.addEventListener('load', f);
  s.addEventListener('error', f);
}
