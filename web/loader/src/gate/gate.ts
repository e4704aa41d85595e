// The gate: tagged elements wait until their purpose is granted, start once, and are blocked again when it is refused.
//
//   <script type="text/plain" data-category="analytics" [data-service="…"] [data-src="…"] [data-type="module"]>
//   <iframe data-category="…" data-src="…">
//   <img data-category="…" data-src="…" data-srcset="…">      also for media, and for <link> with data-href
//   <template data-category="…">…</template>
//
// data-category may name several purposes, separated by spaces; all of them must be granted.
import { attempt } from '../core/attempt';
import { createElement, getRootElement, isParsing } from '../core/dom';
import { listNeededIds } from '../core/tags';
import { getTrustedPolicy } from '../core/trusted-types';
import { guardFrames } from './call-hooks';
import { isGranted } from './host-list';

const TAGGED = '[data-category]';
const SOURCES = ['src', 'srcset', 'href', 'poster'];

/** Starts a script, if it is still allowed to when its turn comes. */
export type ScriptStarter = (e: HTMLScriptElement, isAllowed: (e: HTMLElement) => boolean) => void;

let onEmbedFound: () => void;
let loadStarter: () => Promise<ScriptStarter>;
let startScript: ScriptStarter | undefined;
let foundScripts: HTMLScriptElement[] | undefined; // while the starter is loading
const activated = new WeakSet<HTMLElement>();

const isAllowed = (e: HTMLElement): boolean => !!listNeededIds(e)?.every(isGranted);

const applyTo = (root: HTMLElement): void =>
  root.querySelectorAll<HTMLElement>(TAGGED).forEach((e) => activateOrBlock(e));

/** Applies the present state to the page. */
export const apply = (): void => applyTo(getRootElement());

/** Watches for new elements. onEmbed is called for each template and each blocked frame; load brings what starts
 * scripts. */
export function watch(onEmbed: () => void, load: () => Promise<ScriptStarter>): void {
  onEmbedFound = onEmbed;
  loadStarter = load;
  new MutationObserver((records) => {
    guardFrames();
    // While the page is parsed, nearly all of it is new, and looking through the whole page costs less.
    if (isParsing()) return apply();
    for (const r of records)
      r.addedNodes.forEach((n) =>
        attempt(() => {
          if (!(n instanceof HTMLElement)) return;
          // A field of a form may have the name of one of these methods; then they throw.
          if (n.matches(TAGGED)) activateOrBlock(n);
          applyTo(n);
        }),
      );
  }).observe(getRootElement(), { childList: true, subtree: true });
  addEventListener('readystatechange', apply, true); // for the end of the page
}

/** Activates an element if its purposes are granted, else blocks it. */
function activateOrBlock(e: HTMLElement): void {
  attempt(() => {
    const canLoad = isAllowed(e);
    if (e.localName == 'template' || (!canLoad && e.localName == 'iframe')) onEmbedFound();
    if (e instanceof HTMLScriptElement) {
      if (canLoad && e.type == 'text/plain' && !e.dataset['nod']) startOrLoad(e);
    } else if (canLoad != activated.has(e)) {
      activated[canLoad ? 'add' : 'delete'](e);
      if (canLoad)
        setTimeout(() => updateSources(e)); // Chromium drops the address of a frame that the parser is adding
      else updateSources(e);
    }
  });
}

/** Sets what an activated element loads, or removes it from a blocked one. */
function updateSources(e: HTMLElement): void {
  for (const name of SOURCES) {
    const value = e.dataset[name];
    if (value && activated.has(e)) e.setAttribute(name, value);
    else if (value) e.removeAttribute(name);
  }
  e.closest<HTMLMediaElement>('audio,video')?.load();
}

/** Starts a script, and loads the starter first if this is the first one. */
function startOrLoad(e: HTMLScriptElement): void {
  if (startScript) return startScript(e, isAllowed);
  if (foundScripts) return void (foundScripts.includes(e) || foundScripts.push(e));
  const all = (foundScripts = [e]);
  loadStarter()
    .catch(() => startPlainly)
    .then((starter) => {
      startScript = starter;
      all.forEach(activateOrBlock);
    });
}

/** Starts a script without the starter, which can't be loaded. */
function startPlainly(e: HTMLScriptElement): void {
  const src = e.dataset['src'] || e.getAttribute('src');
  const s = createElement('script');
  for (const { name, value } of Array.from(e.attributes))
    if (!/^(type|src|nonce)$/.test(name)) s.setAttribute(name, value);
  s.type = e.dataset['type'] || '';
  s.nonce = e.nonce!; // every HTML element has it; the browser hides it from attributes
  s.async = e.hasAttribute('async');
  if (src) s.src = getTrustedPolicy().createScriptURL(src);
  else s.text = getTrustedPolicy().createScript(e.text);
  s.dataset['nod'] = 'ran';
  e.replaceWith(s);
  s.type = 'text/plain';
}
