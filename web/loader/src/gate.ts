// The gate: tagged elements wait until their purpose is granted, start once, and go off when it is refused.
//
//   <script type="text/plain" data-category="analytics" [data-service="…"] [data-src="…"] [data-type="module"]>
//   <iframe data-category="…" data-src="…">   <img data-category="…" data-src="…">
//
// data-category may name several purposes, with spaces between; all of them must be granted.
import { frames } from './calls';
import { html, make } from './dom';
import { attempt } from './keep';
import { trusted } from './trusted';

let granted: (id: string) => boolean = () => false;

const passes = (e: HTMLElement): boolean => {
  const ids = (e.dataset.category + ' ' + (e.dataset.service || '')).split(/\s+/).filter(Boolean);
  return ids.length > 0 && ids.every(granted);
};

const TAGGED = '[data-category]';

/** Applies the present state to the page. */
export function apply(is: (id: string) => boolean): void {
  granted = is;
  sweep();
}

const sweep = (): void => html().querySelectorAll<HTMLElement>(TAGGED).forEach((e) => settle(e));

/** Watches for elements that come later. */
export function watch(): void {
  new MutationObserver((records) => {
    frames();
    // While the page is parsed nearly all of it is new: to look at each element from here would cost more than all else.
    if (document.readyState == 'loading') return sweep();
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
}

const loaded = new WeakSet<HTMLElement>();

function settle(e: HTMLElement, due = false): void {
  attempt(() => {
    const { src } = e.dataset;
    if (e instanceof HTMLScriptElement) {
      if (e.type == 'text/plain' && passes(e)) start(e, due);
    } else if (src && (e instanceof HTMLIFrameElement || e instanceof HTMLImageElement)) {
      if (!passes(e)) {
        if (loaded.delete(e)) e.removeAttribute('src');
      } else if (!loaded.has(e)) {
        loaded.add(e);
        if (e instanceof HTMLImageElement) e.src = src;
        else setTimeout(() => loaded.has(e) && (e.src = src)); // Chromium drops it while the parser puts the frame in
      }
    }
  });
}

let ahead: HTMLScriptElement | undefined; // the last one that still loads

/** A script that was parsed as plain text never runs: a copy takes its place, and its order. What stands in the page
 * after one that loads waits for it, as it would for the parser; due says that it has waited. */
function start(e: HTMLScriptElement, due: boolean): void {
  const src = e.dataset.src || e.getAttribute('src');
  if (ahead && !due && !src && !e.dataset.type) return after(ahead, () => settle(e, true));
  const s = make('script');
  for (const { name, value } of Array.from(e.attributes)) {
    if (!/^(type|src|nonce|data-(src|type))$/.test(name)) s.setAttribute(name, value);
  }
  if (e.dataset.type) s.type = e.dataset.type;
  if (e.nonce) s.nonce = e.nonce; // hidden from attributes by the browser
  s.async = e.hasAttribute('async');
  if (src) {
    s.src = trusted().createScriptURL(src);
    if (!s.async) after((ahead = s), () => ahead == s && (ahead = undefined));
  } else s.text = trusted().createScript(e.text);
  e.replaceWith(s);
}

function after(s: HTMLScriptElement, f: () => void): void {
  s.addEventListener('load', f);
  s.addEventListener('error', f);
}
