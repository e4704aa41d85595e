// A script that ran can't be taken back: where one did whose purpose was refused since, the page has to be loaded again.
// Scripts that stop by themselves say so with data-reversible.
import type { Dialog } from './config';
import type { Core } from './core';
import { html } from './dom';

const RAN = 'script[data-nod=ran]:not([data-reversible])';

/** The result looks whether there is such a script, and then shows the part once on this page. */
export function makeRerun(core: Core, part: Dialog['rerun']): () => void {
  let notice: HTMLElement | undefined;
  return () => {
    const ran = Array.from(html().querySelectorAll<HTMLScriptElement>(RAN)).some((s) =>
      (s.dataset.category + ' ' + (s.dataset.service || '')).split(/\s+/).some((id) => id && !core.isGranted(id)),
    );
    if (notice) notice.hidden = notice.hidden || !ran;
    if (!ran || notice) return;
    notice = core.add(part.html, part.css);
    notice.hidden = false;
    notice.querySelector('.now')!.addEventListener('click', () => location.reload());
    notice.querySelector('.later')!.addEventListener('click', () => (notice!.hidden = true));
  };
}
