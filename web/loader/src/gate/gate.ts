// The gate: tagged elements wait until their purpose is granted, start once, and are blocked again when it is refused.
//
//   <script type="text/plain" data-category="analytics" [data-service="…"] [data-src="…"] [data-type="module"]>
//   <iframe data-category="…" data-src="…">
//   <img data-category="…" data-src="…" data-srcset="…">      also for media, and for <link> with data-href
//   <template data-category="…">…</template>
//
// data-category may name several purposes, separated by spaces; all of them must be granted.
//
// This finds them. starter.js starts and stops them: it is loaded for the first that may start.
import { attempt } from '../core/attempt';
import { getRootElement, isParsing } from '../core/dom';
import { TAGGED } from '../core/tags';
import { guardFrames, guardLoaded } from './call-hooks';
import { hookFunctions } from './hook';
import { isAllowed } from './host-list';

const WATCHED = {
  childList: true,
  subtree: true,
  attributeFilter: 'category service src srcset href poster'.replace(/\w+/g, 'data-$&').split(' '),
};

/** Starts an element if it may load, else stops it. isAllowed tells whether a script may still start in its turn. */
export type Starter = (e: HTMLElement, canLoad: boolean, isAllowed: (e: HTMLElement) => boolean) => void;

let onEmbedFound: () => void;
let loadStarter: () => Promise<Starter | undefined>;
let starter: Starter | undefined;
const waiting = new Set<HTMLElement>(); // for the starter; the page may have taken them out again when it comes

const roots = new Set<ParentNode>(); // the document and its open shadow roots
let observer: MutationObserver;

/** querySelectorAll of a root. The document's own may be an element of the page by that name (dom.ts). */
const findAll = (root: ParentNode, selector: string): NodeListOf<HTMLElement> =>
  (root == document ? getRootElement() : root).querySelectorAll<HTMLElement>(selector);

/** Applies the present state to the page. A shadow root that is not on the page is found again when it comes back. */
export const apply = (): void =>
  roots.forEach((r) => (r.isConnected ? findAll(r, TAGGED).forEach(check) : roots.delete(r)));

/** Watches a shadow root, or the document: its root element may be replaced. */
function watchRoot(root: ParentNode | null): void {
  if (!root || roots.has(root)) return;
  roots.add(root);
  root.addEventListener('load', guardLoaded, true); // the window does not hear of frames in a shadow root
  observer.observe(root, WATCHED);
  visitTree(root);
}

/** Checks the elements of a tree, and watches their open shadow roots. What is no tree throws, and so may a form: a
 * field of it may have the name of a method. */
function visitTree(tree: Node & Partial<ParentNode>): void {
  attempt(() => {
    visit(tree as HTMLElement);
    findAll(tree as ParentNode, '*').forEach(visit);
  });
}

function visit(e: HTMLElement): void {
  attempt(() => {
    watchRoot(e.shadowRoot);
    if (e.matches(TAGGED)) check(e);
  });
}

/** Watches for new elements. onEmbed is called for each template and each blocked frame; load brings the starter. */
export function watch(onEmbed: () => void, load: () => Promise<Starter | undefined>): void {
  onEmbedFound = onEmbed;
  loadStarter = load;
  observer = new MutationObserver((records) => {
    guardFrames();
    // While the page is parsed, nearly all of it is new, and looking through the whole page costs less.
    if (isParsing()) return apply();
    for (const r of records) {
      visit(r.target as HTMLElement); // one of its attributes may have changed
      r.addedNodes.forEach(visitTree);
    }
  });
  watchRoot(document);
  hookFunctions(window, 'Element', 'attachShadow', (args, callReal, e) => {
    const root = callReal(args);
    watchRoot(e.shadowRoot);
    return root;
  });
  // Markup may declare shadow roots.
  addEventListener('readystatechange', () => visitTree(document), true);
}

/** Starts an element if its purposes are granted, else stops it. */
function check(e: HTMLElement): void {
  attempt(() => {
    const canLoad = isAllowed(e);
    if (e.localName == 'template' || (!canLoad && e.localName == 'iframe')) onEmbedFound();
    if (starter) starter(e, canLoad, isAllowed);
    else if (canLoad) {
      if (!waiting.size)
        void loadStarter().then((s) => {
          starter = s;
          waiting.forEach(check);
          apply();
        });
      waiting.add(e);
    }
  });
}
