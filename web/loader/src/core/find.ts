/** The first element that a selector finds in HTML of ours, which has it. */
export function findElement<E extends HTMLElement>(root: ParentNode, selector: string): E {
  return root.querySelector<E>(selector)!; // the server renders it: a template without it fails the tests
}
