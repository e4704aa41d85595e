// Unfolds the templates of granted purposes: a copy of the content is put after the template.
import { attempt } from '../core/attempt';
import { findEverywhere } from '../core/find';
import { markRan } from '../core/ran';
import { insertContent } from './document-write';

/** The result adds or removes the content of each template, by the present state of its purposes. */
export function makeTemplateUnfolder(isGranted: (e: HTMLElement) => boolean): () => void {
  const unfolded = new Map<HTMLTemplateElement, ChildNode[]>();
  const unfold = (e: HTMLTemplateElement): void => {
    const nodes = unfolded.get(e);
    if (isGranted(e) == !!nodes) return;
    if (nodes) {
      for (const n of nodes) n.remove();
      unfolded.delete(e);
      return;
    }
    const copy = e.content.cloneNode(true) as DocumentFragment;
    if (copy.querySelector('script')) markRan(e); // reload-notice.ts looks for it
    const added: ChildNode[] = [];
    unfolded.set(e, added);
    const next = e.nextSibling;
    insertContent(copy, () => e.after(copy));
    for (let n = e.nextSibling; n && n != next; n = n.nextSibling) added.push(n); // also what its scripts wrote
  };
  return () => findEverywhere<HTMLTemplateElement>('template[data-category]').forEach((e) => attempt(() => unfold(e)));
}
