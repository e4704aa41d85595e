// A script that ran can't be taken back: where one did whose purpose was refused since, the page has to be loaded
// again. Scripts that stop by themselves say so with data-reversible.
import type { MoreConfig } from '../core/config';
import type { Core } from '../core/core';
import { getRootElement } from '../core/dom';
import { findElement } from '../core/find';
import { listNeededIds } from '../core/tags';

const RAN_SELECTOR = '[data-category][data-nod=ran]:not([data-reversible])'; // scripts, and templates with scripts in them

/** The result looks whether there is such a script, shows the part once on this page, and gives its words while it is
 * there. */
export function makeReloadNotice(core: Core, part: MoreConfig['reload']): () => string {
  let notice: HTMLElement | undefined;
  const hide = (): void => {
    if (notice) notice.hidden = true;
  };
  return () => {
    const hasRun = Array.from(getRootElement().querySelectorAll<HTMLElement>(RAN_SELECTOR)).some(
      (e) => !listNeededIds(e)?.every(core.isGranted),
    );
    if (!hasRun) hide();
    else if (!notice) {
      notice = core.addPart(part.html, part.css);
      notice.hidden = false;
      findElement(notice, '.now').addEventListener('click', () => location.reload());
      findElement(notice, '.later').addEventListener('click', hide);
    }
    return notice && !notice.hidden ? findElement(notice, 'p').textContent || '' : '';
  };
}
