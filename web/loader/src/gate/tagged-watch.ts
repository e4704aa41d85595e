// Waits for the first tagged element of the page, and loads what starts them. They wait until their purpose is granted,
// start once, and are blocked again when it is refused.
//
//   <script type="text/plain" data-category="analytics" [data-service="…"] [data-src="…"] [data-type="module"]>
//   <iframe data-category="…" data-src="…">
//   <img data-category="…" data-src="…" data-srcset="…">      also for media, and for <link> with data-href
//   <template data-category="…">…</template>
//
// data-category may name several purposes, separated by spaces; all of them must be granted.
//
// By themselves they load nothing. starter.js finds, starts and stops them (tagged-elements.ts). It is loaded once the
// page has one.
import { attempt } from '../core/attempt';
import { getRootElement, isParsing } from '../core/dom';
import { TAGGED } from '../core/tags';
import { guardFrames, guardLoaded } from './call-hooks';
import { hookFunctions } from './hook';

/** Applies the present state to the tagged elements of the page. */
export type Starter = () => void;

/** Loads the starter. It first looks through these trees: the page may have taken them out again. */
type Loader = (trees: Node[]) => Promise<Starter>;

const WATCHED = { childList: true, subtree: true, attributeFilter: ['data-category'] };

let trees: Node[] = []; // with tagged elements, until the starter is there
let loadStarter: Loader;
let starter: Starter | undefined;
let isLoading = false;
let observer: MutationObserver;

/** Applies the present state to the page. */
export function apply(): void {
  if (starter) return starter();
  if (!trees[0] || isLoading) return;
  isLoading = true;
  loadStarter(trees).then(
    (s) => {
      starter = s;
      trees = []; // the page may drop them
    },
    () => (isLoading = false),
  );
}

/** Loads the starter if a tree has a tagged element. */
function findTagged(tree: Node): void {
  const e = tree as Element;
  if (starter || !e.children || trees.includes(e)) return;
  // A shadow root matches nothing. A form may throw: a field of it may have the name of a method.
  if (!attempt(() => (e.matches && e.matches(TAGGED)) || e.querySelector(TAGGED))) return;
  trees.push(tree);
  apply();
}

/** Watches a tree, and the open shadow roots in it. */
function watchRoot(root: ParentNode & Node): void {
  root.addEventListener('load', guardLoaded, true); // the window does not hear of frames in a shadow root
  if (!starter) observer.observe(root, WATCHED);
  findTagged(root);
  // A custom element may have a property of that name, which throws.
  root.querySelectorAll('*').forEach((target) =>
    attempt(() => {
      guardLoaded({ target });
      if (target.shadowRoot) watchRoot(target.shadowRoot);
    }),
  );
}

/** Watches for new frames, which have to be guarded, and for the first tagged element. load brings the starter;
 * onMutation is called when something changed. */
export function watch(load: Loader, onMutation: () => void): void {
  loadStarter = load;
  observer = new MutationObserver((records) => {
    guardFrames();
    onMutation();
    if (!getRootElement()) return; // the page is about to be written again
    // While the page is parsed, nearly all of it is new, and looking through the whole page costs less.
    if (isParsing()) return findTagged(getRootElement());
    for (const r of records) {
      if (r.attributeName) findTagged(r.target);
      r.addedNodes.forEach(findTagged);
    }
  });
  observer.observe(document, WATCHED); // its root element may be replaced
  const visitPage = (): void => watchRoot(getRootElement());
  visitPage();
  hookFunctions(window, 'Element', 'attachShadow', (args, callReal) => {
    const root = callReal(args) as ShadowRoot;
    if (root.mode == 'open') watchRoot(root);
    return root;
  });
  // Markup may declare shadow roots, which are there once the page is parsed.
  addEventListener('readystatechange', visitPage, { capture: true, once: true });
}
