import { getRootElement } from './dom';

/** The first element that a selector finds in HTML of ours, which has it. */
export function findElement<E extends HTMLElement>(root: ParentNode, selector: string): E {
  return root.querySelector<E>(selector)!; // the server renders it: a template without it fails the tests
}

/** The elements of the page that a selector finds, also those in open shadow roots. */
export function findEverywhere<E extends Element>(selector: string, root: ParentNode = getRootElement()): E[] {
  const found = Array.from(root.querySelectorAll<E>(selector));
  for (const { shadowRoot } of Array.from(root.querySelectorAll('*')))
    if (shadowRoot) found.push(...findEverywhere<E>(selector, shadowRoot));
  return found;
}
