// more.js: the second half of the script, brought by consent.js when somebody acts or is about to, when something is to be
// removed or found, and where a page has frames that are kept from loading. A page with none of these never loads it.
import { timeOf } from './bytes';
import { clear } from './clear';
import type { Dialog } from './config';
import type { Core, More } from './core';
import { html } from './dom';
import * as frame from './frame';
import { makeLanding } from './land';
import { findLeaks } from './leak';
import * as pane from './pane';
import { makeReload } from './reload';
import { itemsOf } from './rules';
import * as sender from './sync';

/** Set by the line that the server writes before the bundle. */
declare const __NOD__: Dialog;

/** Warns of what is tagged with names that the policy has not: it never runs. */
function warnOfUnknownNames({ config }: Core): void {
  const ids = itemsOf(config.form).map((i) => i.id);
  const names = Array.from(html().querySelectorAll<HTMLElement>('[data-category]'))
    .flatMap(({ dataset: d }) => (d['category'] + ' ' + (d['service'] || '')).split(' '));
  for (const n of new Set(names))
    if (n && !ids.includes(n))
      console.warn('nod: "' + n + '" is no purpose or service of site ' + config.site + ', and what is tagged with it never runs.');
}

/** Brings native.js where there may be an app. */
function startNative(core: Core): void {
  const isApp = parent != window || ['webkit', 'NodBridge', 'XuntongJSBridge', 'wx'].some((b) => b in window);
  const address: string = './' + __NOD__.native; // the bundler is not to look for it
  if (isApp) import(address).then((m: { start: (core: Core) => void }) => m.start(core), () => {});
}

/** Starts the half; core is the other one. */
export function start(core: Core): More {
  const { attempt } = core;
  let isPrepared = false; // the preferences are on the page
  let waiting = false; // to draw the preferences
  let placeCards: (() => void) | undefined;
  let fetching = false; // what places them
  const landing = makeLanding(core);
  const prepare = (): void => {
    if (isPrepared) return;
    pane.start(core, __NOD__, landing.land);
    frame.start(core);
    isPrepared = true;
  };
  const changed = attempt(() => findLeaks(core));
  const refresh = (): void => {
    landing.settle();
    if (isPrepared) frame.refresh();
    if (placeCards) placeCards();
    const now = JSON.stringify(core.question().states);
    if (states != now) {
      if (changed) changed();
      attempt(offerReload);
    }
    states = now;
  };
  let states = JSON.stringify(core.question().states);
  const offerReload = makeReload(core, __NOD__.reload);
  sender.start(core, refresh);
  attempt(() => warnOfUnknownNames(core));
  startNative(core);
  attempt(offerReload); // another tab may have refused what ran here

  /** Brings the cookie up to date with its guard, and takes away a guard that has seen its answer go by. */
  function mend(): void {
    const s = core.read();
    const plain = core.guarded();
    if (plain === undefined) return;
    if (plain < s.decision) core.write(s);
    else if (timeOf(s.decision) < Date.now() - 6e4) core.setCookie('nod-newer=', 0, core.config.domain);
  }

  function ahead(): void {
    const root = core.root();
    const on = (what: string): boolean => !!root.querySelector(what);
    if (isPrepared || waiting) return;
    const wanted = on('[data-nod=preferences]:is(:hover,:focus)');
    if (!wanted && !on('#nod-banner:not([hidden])')) return;
    waiting = true;
    const busy = !wanted && on(':hover'); // about to press another button, which must not wait for this
    const next = (): void => {
      waiting = false;
      if (busy) ahead();
      else attempt(prepare);
    };
    if (busy) setTimeout(next, 500 * TIME_SCALE);
    else if ('requestIdleCallback' in window) requestIdleCallback(next, { timeout: 5e3 });
    else setTimeout(next, 200); // Safari has none
  }

  function cards(): void {
    if (placeCards) return placeCards();
    if (fetching) return;
    fetching = true;
    const address = './' + __NOD__.card; // the bundler is not to look for it
    import(address).then(
      ({ start }: { start: (core: Core) => () => void }) => {
        placeCards = start(core);
        placeCards();
      },
      () => (fetching = false),
    );
  }

  return {
    flush: sender.flush,
    cards,
    ahead,
    open() {
      prepare();
      frame.open();
    },
    refresh,
    mend,
    clear: (kept) => clear(core, kept),
    land: landing.land,
    free: landing.free,
    say: () => landing.say([__NOD__.saved, attempt(offerReload)].filter(Boolean).join(' ')),
    /** An answer with an older cookie may be on its way into the browser, and nothing can call it back there: what holds
     * is written a second time beside the cookie, where no answer of the server reaches it. */
    overtake() {
      if (!sender.abortRenewal()) return;
      core.put('nod-newer', core.stored());
      setTimeout(mend, 1e3 * TIME_SCALE);
    },
  };
}
