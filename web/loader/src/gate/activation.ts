// Starts and stops tagged elements: scripts start once, the others load what they name as long as they may.
import { setSource } from './source';
import { queueScript } from './script-queue';

const SOURCES = ['src', 'srcset', 'href', 'poster'];

const activated = new WeakSet<HTMLElement>();

/** Starts an element if it may load, else stops it. isAllowed tells whether it still may when its turn comes. */
export function activate(e: HTMLElement, canLoad: boolean, isAllowed: (e: HTMLElement) => boolean): void {
  if (e instanceof HTMLScriptElement) {
    if (canLoad && e.type == 'text/plain' && !e.dataset['nod']) queueScript(e, isAllowed);
  } else if (canLoad == activated.has(e)) updateSources(e);
  else if (canLoad) {
    activated.add(e);
    setTimeout(() => updateSources(e)); // Chromium drops the address of a frame that the parser is adding
  } else {
    activated.delete(e);
    updateSources(e);
  }
}

/** Sets what an activated element loads, or removes it from another. */
function updateSources(e: HTMLElement): void {
  const isSet = (name: string): boolean => {
    const value = e.dataset[name];
    return !!value && setSource(e, name, activated.has(e) ? value : null);
  };
  if (SOURCES.filter(isSet)[0]) e.closest<HTMLMediaElement>('audio,video')?.load();
}
