// Tells visitors, and screen readers, that a choice was saved, once the part that they used is gone.
import type { MoreConfig } from '../core/config';
import type { Core } from '../core/core';
import { attempt } from '../core/attempt';
import { findElement } from '../core/find';

// By then no open dialog makes the rest of the page inert.
const DELAY = 200; // in ms

let core: Pick<Core, 'addPart' | 'getRoot'>;
let config: Pick<MoreConfig, 'notice' | 'css'>;
let notice: HTMLElement | undefined;

export function start(from: typeof core, texts: typeof config): void {
  core = from;
  config = texts;
  if (core.getRoot()) addNotice();
}

/** Says that the choice was saved. Beside a larger notice, only a screen reader hears it, with that notice's text. */
export function announce(saved: string, largerNotice = ''): void {
  if (!core.getRoot()) return; // nothing of ours is on the page
  const n = addNotice();
  const status = findElement(n, 'span');
  hide();
  status.textContent = '';
  setTimeout(() => {
    status.textContent = largerNotice ? saved + ' ' + largerNotice : saved;
    n.classList.toggle('shown', !largerNotice);
    if (!largerNotice) takeFocus(findElement(n, 'button'));
  }, DELAY);
}

/** Gives the button the focus of a visitor with a keyboard, if restoreFocus found no better place than our host. That
 * has neither a size nor a name. */
function takeFocus(button: HTMLElement): void {
  const { host, activeElement } = core.getRoot();
  if (!activeElement && attempt(() => host.matches(':focus-visible'))) button.focus();
}

/** Hides the notice: the visitor opens the preferences. */
export const hide = (): void => notice?.classList.remove('shown');

/** Adds the element that screen readers listen to. It must be on the page before its text, or they may not hear it. */
function addNotice(): HTMLElement {
  notice = notice || core.addPart(config.notice, config.css);
  return notice;
}
