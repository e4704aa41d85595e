let hasWarned = false;

/** Warns, once, of a script of the page that copies the address of a tagged element. */
export function warnOfCopy(name: string, e: Element): void {
  if (hasWarned) return;
  hasWarned = true;
  console.warn(`nod: a script of this page copies data-${name} of tagged elements, and starts what is refused.`, e);
}

/** Sets what an element loads, null for nothing, and returns whether that is a change. A frame that has loaded is taken
 * out meanwhile: then it starts again. Else the session history would get an entry, and Back would load it again. */
export function setSource(e: Element, name: string, value: string | null): boolean {
  // Reading the attribute would not show that its address was blocked.
  if (e.attributes.getNamedItem(name)?.value == (value ?? undefined)) return false;
  const { parentNode, nextSibling } = e;
  const isLoaded = e.matches('iframe[src]') && parentNode;
  if (isLoaded) e.remove();
  if (value) e.setAttribute(name, value);
  else e.removeAttribute(name);
  if (isLoaded) parentNode.insertBefore(e, nextSibling);
  return true;
}
