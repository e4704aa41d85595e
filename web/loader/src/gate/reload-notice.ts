// A script that ran can't be taken back: where one did whose purpose was refused since, the page has to be loaded
// again. Scripts that stop by themselves say so with data-reversible.
import type { Dialog } from '../core/config';
import type { Core } from '../core/core';
import { html } from '../core/dom';
import { find } from '../core/find';
import { needs } from '../core/tags';

const RAN = '[data-category][data-nod=ran]:not([data-reversible])'; // scripts, and templates with scripts in them

/** The result looks whether there is such a script, shows the part once on this page, and gives its words while it is
 * there. */
export function makeReload(core: Core, part: Dialog['reload']): () => string {
  let notice: HTMLElement | undefined;
  const hide = (): void => {
    if (notice) notice.hidden = true;
  };
  return () => {
    const hasRun = Array.from(html().querySelectorAll<HTMLElement>(RAN)).some((e) => !needs(e)?.every(core.isGranted));
    if (!hasRun) hide();
    else if (!notice) {
      notice = core.add(part.html, part.css);
      notice.hidden = false;
      find(notice, '.now').addEventListener('click', () => location.reload());
      find(notice, '.later').addEventListener('click', hide);
    }
    return notice && !notice.hidden ? find(notice, 'p').textContent || '' : '';
  };
}
