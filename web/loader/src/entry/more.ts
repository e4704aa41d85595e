// more.js: the second half of the script. consent.js loads it when the visitor acts or is about to, when something must
// be removed or was found, and on pages with blocked frames. Other pages never load it.
import { attempt } from '../core/attempt';
import type { MoreConfig } from '../core/config';
import type { Core, More } from '../core/core';
import { readCookies } from '../core/dom';
import { stringify } from '../core/json';
import { getTime } from '../core/uuid';
import { clearStorage } from '../gate/clear-storage';
import { watchLeaks } from '../gate/leak';
import { warnOfUnknownNames, watchCopiedSources } from '../gate/tag-warnings';
import { makeReloadNotice } from '../gate/reload-notice';
import { decodeCookie } from '../storage/cookie';
import { ensureCookie, writeCookie } from '../storage/write-cookie';
import { expireCookie } from '../storage/expire-cookie';
import * as sender from '../storage/send-queue';
import * as announcer from '../ui/announcer';
import * as focus from '../ui/focus-restore';
import { followFocus, restoreFocus } from '../ui/focus-restore';
import * as ownEvents from '../ui/own-events';
import * as dialog from '../ui/preferences-dialog';
import * as frame from '../ui/preferences-frame';
import * as topLayer from '../ui/top-layer';

/** Set by the line that the server writes before the bundle. */
declare const __NOD__: MoreConfig;

const MAX_RENEWAL_TIME = 6e4; // after a decision, in ms, its cookie may still be renewed
const HAS_DIALOGS = 'HTMLDialogElement' in window; // Safari since 15.4, Firefox since 98
const HOVER_PAUSE = 500 * TIME_SCALE; // while the pointer is on another button, in ms

/** Loads native.js if there may be an app around the page. */
function startNative(core: Core): void {
  const isApp = parent != window || ['webkit', 'NodBridge', 'XuntongJSBridge', 'wx'].some((b) => b in window);
  const address: string = './' + __NOD__.native; // a variable, so that the bundler does not resolve it
  if (isApp)
    import(address).then(
      (m: { start: (core: Core) => void }) => m.start(core),
      () => {},
    );
}

/** Updates the cookie from its guard, and removes a guard that is not needed any more. */
function repairCookie(core: Core): void {
  const s = core.readStored();
  const cookies = readCookies().split(/; */);
  if (!cookies.some((c) => c.startsWith('nod-newer='))) return;
  const isNewest = (c: string): boolean => c.startsWith('nod=') && decodeCookie(c.slice(4))?.decision == s.decision;
  if (!cookies.some(isNewest)) ensureCookie(core.config, s);
  else if (getTime(s.decision) < Date.now() - MAX_RENEWAL_TIME) expireCookie('nod-newer');
}

/** Ends the renewal of an older cookie. Its answer may be on its way into the browser, where no script can stop it. So
 * the newest decision is written a second time, under a name that the server does not set. */
function abortStaleRenewal(core: Core): void {
  if (!sender.abortRenewal()) return;
  writeCookie(core.config, 'nod-newer', core.getStored());
  setTimeout(repairCookie, 1e3 * TIME_SCALE, core);
}

/** The result draws the placeholders of the present state. With shouldLoad, it loads their script first. */
function makePlaceholderLoader(core: Core, loadedOnce: WeakSet<Element>): (shouldLoad?: boolean) => void {
  let render: (() => void) | undefined;
  let isLoading = false;
  const address = './' + __NOD__.placeholder; // a variable, so that the bundler does not resolve it
  return (shouldLoad) => {
    if (render) return render();
    if (!shouldLoad || isLoading) return;
    isLoading = true;
    import(address).then(
      ({ start }: { start: (core: Core, loadedOnce: WeakSet<Element>) => () => void }) => {
        render = start(core, loadedOnce);
        render();
      },
      () => (isLoading = false),
    );
  };
}

/** The result draws the preferences out of sight, once the pointer is on nothing else. isDone returns whether they are
 * drawn. */
function makePreloader(core: Core, prepare: () => void, isDone: () => boolean): () => void {
  let isWaiting = false;
  return function preload() {
    const has = (selector: string): boolean => !!core.getRoot().querySelector(selector);
    if (isDone() || isWaiting) return;
    const isWanted = has('[data-nod=preferences]:hover,[data-nod=preferences]:focus');
    if (!isWanted && !has('#nod-banner:not([hidden])')) return;
    isWaiting = true;
    const isBusy = !isWanted && has(':hover'); // about to press another button, which must not wait for this
    const next = (): void => {
      isWaiting = false;
      if (isBusy) preload();
      else attempt(prepare);
    };
    if (isBusy) setTimeout(next, HOVER_PAUSE);
    else if ('requestIdleCallback' in window) requestIdleCallback(next, { timeout: 5e3 });
    else setTimeout(next, 200); // Safari has none
  };
}

/** Starts the half; core is the other one. */
export function start(core: Core): More {
  const loadedOnce = new WeakSet<Element>(); // frames that the visitor loads although they are refused
  let isPrepared = false; // the preferences are on the page
  let states = stringify(core.getQuestion().states);
  announcer.start(core, __NOD__);
  const renderPlaceholders = makePlaceholderLoader(core, loadedOnce);
  const showReloadNotice = makeReloadNotice(core, __NOD__.reload, restoreFocus);
  const noteChange = attempt(() => watchLeaks(core));
  const prepare = (): void => {
    if (isPrepared) return;
    dialog.start(core, __NOD__, restoreFocus);
    frame.start(core);
    isPrepared = true;
  };
  const preloadPreferences = makePreloader(core, prepare, () => isPrepared || !HAS_DIALOGS);
  focus.start(core, preloadPreferences);
  ownEvents.start((target) => target == core.getRoot()?.host);
  const refresh = (): void => {
    focus.removeBottomSpace();
    focus.leaveBanner();
    topLayer.update();
    ownEvents.listen();
    if (isPrepared) frame.refresh();
    renderPlaceholders();
    const before = states;
    states = stringify(core.getQuestion().states);
    if (states == before) return;
    noteChange?.();
    attempt(showReloadNotice);
  };
  sender.start(core, refresh);
  attempt(() => warnOfUnknownNames(core));
  attempt(() => watchCopiedSources(core, loadedOnce));
  attempt(() => topLayer.start(core));
  startNative(core);
  attempt(showReloadNotice); // another tab may have refused what ran here

  return {
    sendQueue: sender.flush,
    renderPlaceholders: () => renderPlaceholders(true),
    preloadPreferences,
    openPreferences() {
      if (!HAS_DIALOGS) return core.openPage();
      prepare();
      announcer.hide();
      frame.open();
    },
    refresh,
    finishDecision(id, sent) {
      ensureCookie(core.config, core.getStored());
      clearStorage(core);
      focus.leaveBanner();
      announcer.announce(__NOD__.saved, attempt(showReloadNotice));
      sender.flush(sent, id);
    },
    cleanUp() {
      repairCookie(core);
      clearStorage(core);
    },
    followFocus,
    abortStaleRenewal: () => abortStaleRenewal(core),
  };
}
