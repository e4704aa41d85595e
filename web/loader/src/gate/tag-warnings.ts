// Warnings for the page's author, in the console: about tags that can't work as they are.
import type { Core } from '../core/core';
import { findEverywhere } from '../core/find';
import { flatMap } from '../core/list';
import { listItems } from '../core/evaluate';
import { listNeededIds, TAGGED } from '../core/tags';
import { setSource, warnOfCopy } from './tagged-source';

const SOURCES = ['src', 'srcset', 'href', 'poster'];

const listTagged = (): HTMLElement[] => findEverywhere<HTMLElement>(TAGGED);

const listKnownIds = ({ config }: Core): string[] => listItems(config.form).map((i) => i.id);

/** Warns of tags that name something which the policy does not have: they never run. */
export function warnOfUnknownNames(core: Core): void {
  const ids = listKnownIds(core);
  const names = flatMap(listTagged(), ({ dataset: d }) => (d['category'] + ' ' + (d['service'] || '')).split(' '));
  for (const n of new Set(names))
    if (n && !ids.includes(n))
      console.warn(
        'nod: "' +
          n +
          '" is not a purpose or service of site ' +
          core.config.site +
          ', and what is tagged with it never runs.',
      );
}

/** Warns, once, of a script of the page that copies data-src to src: it starts what is refused. Takes the copies out
 * again. The visitor may load some frames nevertheless. A name that the policy does not have is one of the page's own,
 * and so is the element. */
export function watchCopiedSources(core: Core, loadedOnce: WeakSet<Element>): void {
  const known = listKnownIds(core);
  const removeCopies = (e: HTMLElement): void => {
    const ids = listNeededIds(e) || [];
    if (!e.matches(TAGGED + ':not(script)') || ids.every(core.isGranted) || loadedOnce.has(e)) return;
    if (!ids.every((id) => known.includes(id))) return;
    for (const name of SOURCES) {
      if (!e.dataset[name] || e.getAttribute(name) != e.dataset[name]) continue;
      setSource(e, name, null);
      warnOfCopy(name, e);
    }
  };
  listTagged().forEach(removeCopies);
  new MutationObserver((records) => records.forEach((r) => removeCopies(r.target as HTMLElement))).observe(document, {
    subtree: true,
    attributeFilter: SOURCES,
  });
}
