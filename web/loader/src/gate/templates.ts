// Unfolds the templates of granted purposes: a copy of the content is put after the template.
import { attempt } from '../core/attempt';
import { findEverywhere } from '../core/find';

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
    copy.querySelectorAll('script').forEach((s) => {
      s.async = s.hasAttribute('async');
      e.dataset['nod'] = 'ran'; // reload-notice.ts looks for it
    });
    unfolded.set(e, [...copy.childNodes]);
    e.after(copy);
  };
  return () => findEverywhere<HTMLTemplateElement>('template[data-category]').forEach((e) => attempt(() => unfold(e)));
}
