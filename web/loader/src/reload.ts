// A script that ran can't be taken back: where one did whose purpose was refused since, the page has to be loaded again.
// Scripts that stop by themselves say so with data-reversible.
import type { Dialog } from './config';
import type { Core } from './core';
import { html } from './dom';
import { needs } from './tags';

const RAN = '[data-category][data-nod=ran]:not([data-reversible])'; // scripts, and templates with scripts in them

/** The result looks whether there is such a script, shows the part once on this page, and gives its words while it is there. */
export function makeReload(core: Core, part: Dialog['reload']): () => string {
  let notice: HTMLElement | undefined;
  return () => {
    const ran = Array.from(html().querySelectorAll<HTMLElement>(RAN)).some((e) => !needs(e)?.every(core.isGranted));
    if (ran && !notice) {
      notice = core.add(part.html, part.css);
      notice.hidden = false;
      notice.querySelector('.now')!.addEventListener('click', () => location.reload());
      notice.querySelector('.later')!.addEventListener('click', () => (notice!.hidden = true));
    }
    if (notice && !ran) notice.hidden = true;
    return notice && !notice.hidden ? notice.querySelector('p')!.textContent! : '';
  };
}
