// Finds what no script can stop, such as markup that the parser loads, or style sheets: requests to hosts of refused
// purposes, and to hosts that the policy does not name. The browser lists everything that the page loaded.
import { attempt } from '../core/attempt';
import type { Item } from '../core/config';
import type { Core } from '../core/core';
import { findEverywhere } from '../core/find';
import { flatMap } from '../core/list';
import { listWithServices } from '../core/evaluate';
import { getTime } from '../core/uuid';

type Owner = { purpose: string; service?: string };

/** Starts watching, and looks at earlier requests too. Each host is reported once for each purpose. Call the result
 * when answers change. */
export function watchLeaks(core: Core): () => void {
  const { decision } = core.getStored();
  // When the answers last changed, in ms of this page: earlier requests had the earlier answers.
  let since = decision ? getTime(decision) - (performance.timeOrigin || performance.timing.navigationStart) : 0;
  const reported = new Set<string>();
  const findOwners = makeOwnerLookup(core.config.form.purposes);
  const ownHosts = [location.href, core.serverBase, core.scriptBase].map((a) => new URL(a).hostname);

  function reportLeaks(e: PerformanceEntry): void {
    const host = new URL(e.name).hostname;
    const by = (e as PerformanceResourceTiming).initiatorType;
    const owners = findOwners(host);
    if (!host || (!owners.length && ownHosts.includes(host))) return;
    if (by == 'iframe' && isTaggedFrame(e.name)) return; // the visitor loaded it once
    const isLeak = (o: Owner): boolean => e.startTime >= since && !core.isGranted(o.service || o.purpose);
    for (const o of owners.length ? owners.filter(isLeak) : [{ purpose: '' }]) {
      const key = JSON.stringify([host, o]);
      if (reported.has(key)) continue;
      reported.add(key);
      core.queueEvent('leak', { ...o, host, by });
    }
  }

  attempt(() => {
    const observer = new PerformanceObserver((list) => {
      for (const e of list.getEntries()) attempt(() => reportLeaks(e));
    });
    observer.observe({ type: 'resource', buffered: true });
  });
  return () => (since = performance.now());
}

function isTaggedFrame(address: string): boolean {
  return findEverywhere<HTMLIFrameElement>('iframe[data-category]').some((f) => f.src == address);
}

/** Makes a function that finds the purposes and services of a host. */
function makeOwnerLookup(purposes: Item[]): (host: string) => Owner[] {
  const all = flatMap(purposes, (p) =>
    flatMap(listWithServices(p), (i) =>
      (i.hosts || []).map((h): [string, Owner] => [h, { purpose: p.id, ...(i != p && { service: i.id }) }]),
    ),
  );
  return (host) => all.filter(([h]) => (h[0] == '*' ? host.endsWith(h.slice(1)) : host == h)).map(([, o]) => o);
}
