// Tells screen readers what happened, once the part that the visitor used is gone.
import type { Core } from '../core/core';
import { createElement } from '../core/dom';

// By then no open dialog makes the rest of the page inert.
const DELAY = 200; // in ms

let core: Pick<Core, 'config' | 'getRoot'>;
let status: HTMLElement | undefined;

export function start(from: typeof core): void {
  core = from;
  if (core.getRoot()) addStatus();
}

export function announce(text: string): void {
  if (!core.getRoot()) return; // nothing of ours is on the page
  const s = addStatus();
  s.textContent = '';
  setTimeout(() => (s.textContent = text), DELAY);
}

/** Adds the element that screen readers listen to. It must be on the page before its text, or they may not hear it. */
function addStatus(): HTMLElement {
  if (status) return status;
  status = createElement('p');
  status.lang = core.config.language;
  status.style.cssText = 'position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)';
  status.setAttribute('role', 'status');
  core.getRoot().append(status);
  return status;
}
