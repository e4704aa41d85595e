// more.js: the second half of the script, brought by consent.js when somebody acts or is about to, when something is to
// be removed or found, and where a page has frames that are kept from loading. A page with none of these never loads
// it.
import { attempt } from '../core/attempt';
import { timeOf } from '../core/uuid';
import { clear } from '../gate/clear-storage';
import type { Dialog } from '../core/config';
import type { Core, More } from '../core/core';
import { html } from '../core/dom';
import * as frame from '../ui/preferences-frame';
import { makeLanding } from '../ui/focus-restore';
import { findLeaks } from '../gate/leak';
import * as pane from '../ui/preferences-dialog';
import { makeReload } from '../gate/reload-notice';
import { itemsOf } from '../core/rules';
import * as sender from '../storage/send-queue';

/** Set by the line that the server writes before the bundle. */
declare const __NOD__: Dialog;

/** Warns of what is tagged with names that the policy has not: it never runs. */
function warnOfUnknownNames({ config }: Core): void {
  const ids = itemsOf(config.form).map((i) => i.id);
  const names = Array.from(html().querySelectorAll<HTMLElement>('[data-category]')).flatMap(({ dataset: d }) =>
    (d['category'] + ' ' + (d['service'] || '')).split(' '),
  );
  for (const n of new Set(names))
    if (n && !ids.includes(n))
      console.warn(
        'nod: "' + n + '" is no purpose or service of site ' + config.site + ', and what is tagged with it never runs.',
      );
}

/** Brings native.js where there may be an app. */
function startNative(core: Core): void {
  const isApp = parent != window || ['webkit', 'NodBridge', 'XuntongJSBridge', 'wx'].some((b) => b in window);
  const address: string = './' + __NOD__.native; // the bundler is not to look for it
  if (isApp)
    import(address).then(
      (m: { start: (core: Core) => void }) => m.start(core),
      () => {},
    );
}

/** Brings the cookie up to date with its guard, and takes away a guard that has seen its answer go by. */
function mend(core: Core): void {
  const s = core.read();
  const plain = core.guarded();
  if (plain === undefined) return;
  if (plain < s.decision) core.write(s);
  else if (timeOf(s.decision) < Date.now() - 6e4) core.setCookie('nod-newer=', 0, core.config.domain);
}

/** The result sees to the cards of the present state; with bring, it fetches card.js first. */
function makeCards(core: Core): (bring?: boolean) => void {
  let place: (() => void) | undefined;
  let isFetching = false;
  const address = './' + __NOD__.card; // the bundler is not to look for it
  return (bring) => {
    if (place) return place();
    if (!bring || isFetching) return;
    isFetching = true;
    import(address).then(
      ({ start }: { start: (core: Core) => () => void }) => {
        place = start(core);
        place();
      },
      () => (isFetching = false),
    );
  };
}

/** The result draws the preferences out of sight, once nobody's hand is on something else; isDone says that they are
 * drawn. */
function makePreloader(core: Core, prepare: () => void, isDone: () => boolean): () => void {
  let isWaiting = false;
  return function ahead() {
    const has = (what: string): boolean => !!core.root().querySelector(what);
    if (isDone() || isWaiting) return;
    const isWanted = has('[data-nod=preferences]:is(:hover,:focus)');
    if (!isWanted && !has('#nod-banner:not([hidden])')) return;
    isWaiting = true;
    const isBusy = !isWanted && has(':hover'); // about to press another button, which must not wait for this
    const next = (): void => {
      isWaiting = false;
      if (isBusy) ahead();
      else attempt(prepare);
    };
    if (isBusy) setTimeout(next, 500 * TIME_SCALE);
    else if ('requestIdleCallback' in window) requestIdleCallback(next, { timeout: 5e3 });
    else setTimeout(next, 200); // Safari has none
  };
}

/** Starts the half; core is the other one. */
export function start(core: Core): More {
  let isPrepared = false; // the preferences are on the page
  let states = JSON.stringify(core.question().states);
  const landing = makeLanding(core);
  const cards = makeCards(core);
  const offerReload = makeReload(core, __NOD__.reload);
  const noteChange = attempt(() => findLeaks(core));
  const prepare = (): void => {
    if (isPrepared) return;
    pane.start(core, __NOD__, landing.land);
    frame.start(core);
    isPrepared = true;
  };
  const refresh = (): void => {
    landing.settle();
    if (isPrepared) frame.refresh();
    cards();
    const before = states;
    states = JSON.stringify(core.question().states);
    if (states == before) return;
    noteChange?.();
    attempt(offerReload);
  };
  sender.start(core, refresh);
  attempt(() => warnOfUnknownNames(core));
  startNative(core);
  attempt(offerReload); // another tab may have refused what ran here

  return {
    flush: sender.flush,
    cards: () => cards(true),
    ahead: makePreloader(core, prepare, () => isPrepared),
    open() {
      prepare();
      frame.open();
    },
    refresh,
    mend: () => mend(core),
    clear: (kept) => clear(core, kept),
    land: landing.land,
    free: landing.free,
    say: () => landing.say([__NOD__.saved, attempt(offerReload)].filter(Boolean).join(' ')),
    /** An answer with an older cookie may be on its way into the browser, and nothing can call it back there: what
     * holds is written a second time beside the cookie, where no answer of the server reaches it. */
    overtake() {
      if (!sender.abortRenewal()) return;
      core.put('nod-newer', core.stored());
      setTimeout(mend, 1e3 * TIME_SCALE, core);
    },
  };
}
