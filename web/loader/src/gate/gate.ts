// The gate: tagged elements wait until their purpose is granted, start once, and are blocked again when it is refused.
//
//   <script type="text/plain" data-category="analytics" [data-service="…"] [data-src="…"] [data-type="module"]>
//   <iframe data-category="…" data-src="…">
//   <img data-category="…" data-src="…" data-srcset="…">      also for media, and for <link> with data-href
//   <template data-category="…">…</template>
//
// data-category may name several purposes, separated by spaces; all of them must be granted.
import { attempt } from '../core/attempt';
import { getRootElement, isParsing } from '../core/dom';
import { listNeededIds } from '../core/tags';
import { getTrustedPolicy } from '../core/trusted-types';
import { guardFrames } from './call-hooks';
import { hookFunctions } from './hook';
import { isGranted } from './host-list';
import { setSource } from './source';

const TAGGED = '[data-category]';
const SOURCES = ['src', 'srcset', 'href', 'poster'];
const WATCHED = {
  childList: true,
  subtree: true,
  attributeFilter: SOURCES.map((name) => 'data-' + name).concat('data-category', 'data-service'),
};

/** Starts a script, if it is still allowed to when its turn comes. */
export type ScriptStarter = (e: HTMLScriptElement, isAllowed: (e: HTMLElement) => boolean) => void;

let onEmbedFound: () => void;
let loadStarter: () => Promise<ScriptStarter>;
let startScript: ScriptStarter | undefined;
let foundScripts: HTMLScriptElement[] | undefined; // while the starter is loading
const activated = new WeakSet<HTMLElement>();

const isAllowed = (e: HTMLElement): boolean => !!listNeededIds(e)?.every(isGranted);

const roots = new Set<ParentNode>(); // the document and its open shadow roots
let observer: MutationObserver;

/** querySelectorAll of a root. The document's own may be an element of the page by that name (dom.ts). */
const findAll = (root: ParentNode, selector: string): NodeListOf<HTMLElement> =>
  (root == document ? getRootElement() : root).querySelectorAll<HTMLElement>(selector);

const applyTo = (root: ParentNode): void => findAll(root, TAGGED).forEach(activateOrBlock);

/** Applies the present state to the page. A shadow root that is not on the page is found again when it comes back. */
export const apply = (): void => roots.forEach((r) => (r.isConnected ? applyTo(r) : roots.delete(r)));

/** Watches a shadow root, or the document: its root element may be replaced. */
function watchRoot(root: ParentNode | null): void {
  if (!root || roots.has(root)) return;
  roots.add(root);
  observer.observe(root, WATCHED);
  watchShadows(root);
}

/** Looks through the page when it is parsed, and when it is loaded. */
function onProgress(): void {
  watchShadows(document); // those that markup declares
  apply();
}

/** Watches the open shadow roots below a node. */
function watchShadows(node: ParentNode): void {
  findAll(node, '*').forEach((e) => watchRoot(e.shadowRoot));
}

/** Watches for new elements. onEmbed is called for each template and each blocked frame; load brings what starts
 * scripts. */
export function watch(onEmbed: () => void, load: () => Promise<ScriptStarter>): void {
  onEmbedFound = onEmbed;
  loadStarter = load;
  observer = new MutationObserver((records) => {
    guardFrames();
    // While the page is parsed, nearly all of it is new, and looking through the whole page costs less.
    if (isParsing()) return apply();
    for (const r of records) {
      if (r.attributeName) {
        updateSources(r.target as HTMLElement);
        activateOrBlock(r.target as HTMLElement);
      }
      r.addedNodes.forEach((n) =>
        attempt(() => {
          if (!(n instanceof HTMLElement)) return;
          // A field of a form may have the name of one of these methods; then they throw.
          if (n.matches(TAGGED)) activateOrBlock(n);
          watchRoot(n.shadowRoot);
          watchShadows(n);
          applyTo(n);
        }),
      );
    }
  });
  watchRoot(document);
  hookFunctions(window, 'Element', 'attachShadow', (args, callReal, e) => {
    const root = callReal(args);
    watchRoot(e.shadowRoot);
    return root;
  });
  addEventListener('readystatechange', onProgress, true);
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
  if (e instanceof HTMLScriptElement) return;
  const isSet = (name: string): boolean => {
    const value = e.dataset[name];
    return !!value && setSource(e, name, activated.has(e) ? value : null);
  };
  if (!SOURCES.filter(isSet)[0]) return;
  e.closest<HTMLMediaElement>('audio,video')?.load();
}

/** Starts a script, and loads the starter first if this is the first one. */
function startOrLoad(e: HTMLScriptElement): void {
  if (startScript) return startScript(e, isAllowed);
  if (foundScripts) return void foundScripts.push(e);
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
  const src = e.dataset['src'];
  e.dataset['nod'] = 'ran';
  e.type = e.dataset['type'] || '';
  if (src) e.src = getTrustedPolicy().createScriptURL(src);
  else e.text = getTrustedPolicy().createScript(e.text);
  e.type = 'text/plain';
}
