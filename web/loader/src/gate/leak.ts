// What no script can stop (markup that the parser fetched, style sheets, …) is found afterwards, among what the browser
// tells of everything that the page loaded: requests to hosts of refused purposes, and to hosts that no purpose has.
import { attempt } from '../core/attempt';
import { getTime } from '../core/uuid';
import type { Item } from '../core/config';
import type { Core } from '../core/core';
import { getRootElement } from '../core/dom';

type Owner = { purpose: string; service?: string };

/** Begins to look, at what was before too. Each host is told of once for each purpose. The result is to be called when
 * answers change. */
export function watchLeaks(core: Core): () => void {
  const { decision } = core.getStored();
  // When the answers last changed, in ms of this page: what was asked for before, was by the answers of then.
  let since = decision ? getTime(decision) - performance.timeOrigin : 0;
  const told = new Set<string>();
  const owners = makeOwnerLookup(core.config.form.purposes);
  const ours = [location.href, core.serverBase, core.scriptBase].map((a) => new URL(a).hostname);

  function look(e: PerformanceEntry): void {
    const host = new URL(e.name).hostname;
    const by = (e as PerformanceResourceTiming).initiatorType;
    const of = owners(host);
    if (!host || (!of.length && ours.includes(host))) return;
    if (
      by == 'iframe' &&
      Array.from(getRootElement().querySelectorAll<HTMLIFrameElement>('iframe[data-category]')).some(
        (f) => f.src == e.name,
      )
    )
      return; // somebody had it loaded once
    const against = of.length
      ? of.filter((o) => e.startTime >= since && !core.isGranted(o.service || o.purpose))
      : [{ purpose: '' }];
    for (const o of against) {
      const key = JSON.stringify([host, o]);
      if (told.has(key)) continue;
      told.add(key);
      core.queueEvent('leak', { ...o, host, by });
    }
  }

  attempt(() =>
    new PerformanceObserver((list) => list.getEntries().forEach((e) => attempt(() => look(e)))).observe({
      type: 'resource',
      buffered: true,
    }),
  );
  return () => (since = performance.now());
}

/** Gives whose a host is. */
function makeOwnerLookup(purposes: Item[]): (host: string) => Owner[] {
  const all: [string, Owner][] = purposes.flatMap((p) =>
    [p, ...(p.services || [])].flatMap((i) =>
      (i.hosts || []).map((h): [string, Owner] => [h, { purpose: p.id, ...(i != p && { service: i.id }) }]),
    ),
  );
  return (host) => all.filter(([h]) => (h[0] == '*' ? host.endsWith(h.slice(1)) : host == h)).map(([, o]) => o);
}
