// The contents of templates whose purpose is granted.
import { attempt } from '../core/attempt';
import { getRootElement } from '../core/dom';

/** The result puts a copy of each template's content after it, or takes it away, as its purpose is granted now. */
export function makeTemplateUnfolder(isGranted: (e: HTMLElement) => boolean): () => void {
  const unfolded = new Map<HTMLTemplateElement, ChildNode[]>();
  const unfold = (e: HTMLTemplateElement): void => {
    const was = unfolded.get(e);
    if (isGranted(e) == !!was) return;
    if (was) {
      for (const n of was) n.remove();
      unfolded.delete(e);
      return;
    }
    const copy = e.content.cloneNode(true) as DocumentFragment;
    copy.querySelectorAll('script').forEach((s) => {
      s.async = s.hasAttribute('async');
      e.dataset['nod'] = 'ran'; // which reload.ts looks for
    });
    unfolded.set(e, [...copy.childNodes]);
    e.after(copy);
  };
  return () =>
    getRootElement()
      .querySelectorAll<HTMLTemplateElement>('template[data-category]')
      .forEach((e) => attempt(() => unfold(e)));
}
