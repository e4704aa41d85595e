// Warnings for the page's author, in the console: about tags that can't work as they are.
import type { Core } from '../core/core';
import { findEverywhere } from '../core/find';
import { flatMap } from '../core/list';
import { listItems } from '../core/rules';
import { listNeededIds, TAGGED } from '../core/tags';
import { setSource } from './source';

const SOURCES = ['src', 'srcset', 'href', 'poster'];

const listTagged = (): HTMLElement[] => findEverywhere<HTMLElement>(TAGGED);

/** Warns of tags that name something which the policy does not have: they never run. */
export function warnOfUnknownNames({ config }: Core): void {
  const ids = listItems(config.form).map((i) => i.id);
  const names = flatMap(listTagged(), ({ dataset: d }) => (d['category'] + ' ' + (d['service'] || '')).split(' '));
  for (const n of new Set(names))
    if (n && !ids.includes(n))
      console.warn(
        'nod: "' +
          n +
          '" is not a purpose or service of site ' +
          config.site +
          ', and what is tagged with it never runs.',
      );
}

/** Warns, once, of a script of the page that copies data-src to src: it starts what is refused. Takes the copies out
 * again. The visitor may load some frames nevertheless. */
export function watchCopiedSources({ isGranted }: Core, loadedOnce: WeakSet<Element>): void {
  let hasWarned = false;
  const removeCopies = (e: HTMLElement): void => {
    if (!e.matches(TAGGED + ':not(script)') || listNeededIds(e)?.every(isGranted) || loadedOnce.has(e)) return;
    for (const name of SOURCES) {
      if (!e.dataset[name] || e.getAttribute(name) != e.dataset[name]) continue;
      setSource(e, name, null);
      if (hasWarned) continue;
      hasWarned = true;
      console.warn(`nod: a script of this page copies data-${name} of tagged elements, and starts what is refused.`, e);
    }
  };
  listTagged().forEach(removeCopies);
  new MutationObserver((records) => records.forEach((r) => removeCopies(r.target as HTMLElement))).observe(document, {
    subtree: true,
    attributeFilter: SOURCES,
  });
}
