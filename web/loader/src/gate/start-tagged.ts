// Starts and stops tagged elements: scripts start once, the others load what they name as long as they may.
import { listNeededIds } from '../core/tags';
import { markLoading } from './loading-frames';
import { setSource, warnOfCopy } from './tagged-source';
import { isUnstarted, queueScript, type TaggedScript } from './script-queue';

const SOURCES = ['src', 'srcset', 'href', 'poster'];

const activated = new WeakSet<HTMLElement>();
let isKnown: (id: string) => boolean;

/** Sets what tells the names of the policy from those of the page. */
export function setNames(has: typeof isKnown): void {
  isKnown = has;
}

/** Starts an element if it may load, else stops it. isAllowed tells whether it still may when its turn comes. */
export function activate(e: HTMLElement, canLoad: boolean, isAllowed: (e: HTMLElement) => boolean): void {
  if (e.localName == 'script') {
    if (canLoad && isUnstarted(e as TaggedScript)) queueScript(e as TaggedScript, isAllowed);
  } else if (!listNeededIds(e)?.every(isKnown))
    return; // an element of the page's own, with a category of its own
  else if (canLoad == activated.has(e)) updateSources(e);
  else if (canLoad) {
    activated.add(e);
    setTimeout(() => updateSources(e)); // Chromium drops the address of a frame that the parser is adding
  } else {
    activated.delete(e);
    updateSources(e, true);
  }
}

/** Sets what an activated element loads, or removes it from another. */
function updateSources(e: HTMLElement, isStopping?: boolean): void {
  const isSet = (name: string): boolean => {
    const value = e.dataset[name];
    if (!activated.has(e) && !isStopping && value && e.getAttribute(name) == value) warnOfCopy(name, e);
    if (!value || !setSource(e, name, activated.has(e) ? value : null)) return false;
    if (activated.has(e) && e.localName == 'iframe') markLoading(e, value);
    return true;
  };
  if (SOURCES.filter(isSet)[0]) e.closest<HTMLMediaElement>('audio,video')?.load();
}
