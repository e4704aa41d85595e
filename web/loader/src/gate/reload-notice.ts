// Offers to load the page again. A script that ran can't be stopped: if its purpose is refused afterwards, it is gone
// only after a reload. Scripts that stop by themselves have data-reversible.
import type { MoreConfig } from '../core/config';
import type { Core } from '../core/core';
import { findElement, findEverywhere } from '../core/find';
import { hasRun } from '../core/ran';
import { listNeededIds } from '../core/tags';

// Scripts, and templates with scripts in them.
const RAN_SELECTOR = '[data-category][data-nod=ran]:not([data-reversible])';

/** The result shows the notice, once on this page, if such a script ran. It returns the notice's text while that is
 * shown. */
export function makeReloadNotice(core: Core, html: MoreConfig['reload'], restoreFocus: () => void): () => string {
  let notice: HTMLElement | undefined;
  const hide = (): void => {
    if (notice) notice.hidden = true;
  };
  const isRefused = (e: HTMLElement): boolean => !listNeededIds(e)?.every(core.isGranted);
  return () => {
    const isNeeded = hasRun(window) && findEverywhere<HTMLElement>(RAN_SELECTOR).some(isRefused);
    if (notice) placeNotice(core, notice);
    if (!isNeeded) hide();
    else if (!notice) {
      notice = core.addPart(html, '');
      notice.hidden = false;
      placeNotice(core, notice);
      findElement(notice, '.now').addEventListener('click', () => location.reload());
      findElement(notice, '.later').addEventListener('click', () => {
        const dialog = notice?.closest('dialog');
        hide();
        if (dialog) findElement(dialog, '.preferences:not([hidden]) h2,iframe').focus();
        else restoreFocus();
      });
    }
    return notice && !notice.hidden ? findElement(notice, 'p').textContent || '' : '';
  };
}

/** Puts the notice into the preferences while they are a modal dialog: all outside of that is inert. */
function placeNotice(core: Core, notice: HTMLElement): void {
  const root = core.getRoot();
  const dialog = root.querySelector('dialog[open]');
  (dialog || root).append(notice);
  dialog?.addEventListener('close', () => root.append(notice), { once: true });
}
