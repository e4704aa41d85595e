// Finds the tagged elements of a page, and starts or stops them (start-tagged.ts).
import { attempt } from '../core/attempt';
import { getRootElement, isParsing } from '../core/dom';
import { needsOnly, TAGGED } from '../core/tags';
import { activate } from './start-tagged';
import { hookFunctions } from './hook';

const WATCHED = {
  childList: true,
  subtree: true,
  attributeFilter: 'category service src srcset href poster'.replace(/\w+/g, 'data-$&').split(' '),
};

const roots = new Set<ParentNode>(); // the document and its open shadow roots
let maxRoots = 64; // before those that left the page are forgotten
let observer: MutationObserver;
let isGranted: (id: string) => boolean;
let onEmbedFound: () => void;

/** Whether all that a tagged element needs is granted. */
const isAllowed = (e: HTMLElement): boolean => needsOnly(e, isGranted);

/** querySelectorAll of a root. The document's own may be an element of the page by that name (dom.ts). */
const findAll = (root: ParentNode, selector: string): NodeListOf<HTMLElement> =>
  (root == document ? getRootElement() : root).querySelectorAll<HTMLElement>(selector);

/** Applies the present state to the page. A shadow root that is not on the page is found again when it comes back. */
export const apply = (): void =>
  roots.forEach((r) => (r.isConnected ? findAll(r, TAGGED).forEach(check) : roots.delete(r)));

/** Watches a shadow root, or the document: its root element may be replaced. */
function watchRoot(root: ParentNode | null): void {
  if (!root || roots.has(root)) return;
  if (roots.size > maxRoots) {
    roots.forEach((r) => r.isConnected || roots.delete(r));
    maxRoots = 2 * roots.size + 64;
  }
  roots.add(root);
  observer.observe(root, WATCHED);
  visitTree(root);
}

/** Checks the elements of a tree, and watches their open shadow roots. A form may throw: a field of it may have the
 * name of a method. */
function visitTree(tree: Node & Partial<ParentNode>): void {
  if (!tree.children) return; // it is a text or a comment
  attempt(() => {
    visit(tree as HTMLElement);
    findAll(tree as ParentNode, TAGGED).forEach(check);
    findAll(tree as ParentNode, '*').forEach((e) => watchRoot(e.shadowRoot));
  });
}

function visit(e: HTMLElement): void {
  attempt(() => {
    watchRoot(e.shadowRoot);
    if (e.dataset && e.matches(TAGGED)) check(e);
  });
}

/** Starts an element if its purposes are granted, else stops it. */
function check(e: HTMLElement): void {
  attempt(() => {
    const canLoad = isAllowed(e);
    if (e.localName == 'template' || (!canLoad && e.localName == 'iframe')) onEmbedFound();
    activate(e, canLoad, isAllowed);
  });
}

/** Watches the page, and looks through these trees first. onEmbed is called for each template and each blocked
 * frame. */
export function watch(trees: Node[], isIdGranted: typeof isGranted, onEmbed: () => void): void {
  isGranted = isIdGranted;
  onEmbedFound = onEmbed;
  observer = new MutationObserver((records) => {
    // While the page is parsed, nearly all of it is new, and looking through the whole page costs less.
    if (!getRootElement()) return; // the page is about to be written again
    if (isParsing()) return apply();
    for (const r of records) {
      visit(r.target as HTMLElement); // one of its attributes may have changed
      r.addedNodes.forEach(visitTree);
    }
  });
  trees.forEach(visitTree);
  watchRoot(document);
  hookFunctions(window, 'Element', 'attachShadow', (args, callReal) => {
    const root = callReal(args) as ShadowRoot;
    if (root.mode == 'open') watchRoot(root);
    return root;
  });
  // Markup may declare shadow roots.
  addEventListener('readystatechange', () => visitTree(document), true);
}
