// What a page and its visitors can do: window.nod, and the buttons that the page or the banner has.
import { attempt } from '../core/attempt';
import { config } from '../core/config';
import type { Choice, Core } from '../core/core';
import { isUnanswered } from '../core/decide';
import * as calls from '../gate/call-hooks';
import { setGrantCheck } from '../gate/host-list';
import { readLocal, readStored, writeLocal } from '../storage/storage';
import * as changes from '../ui/policy-changes';
import { addPart, attachHost, root, scriptNonce, showOnRequest } from '../ui/surface';
import { isKnownOrigin, scriptBase, serverBase } from './addresses';
import { showReopenNotice } from './banner';
import {
  acceptAll,
  acknowledgeChange,
  decide,
  finishLast,
  hasToGo,
  keepEarlierVersion,
  listActionAnswers,
  rejectAll,
  runForClick,
  save,
  withdraw,
} from './decisions';
import { addListener, Listener, queueEvent } from './events';
import { loadMore, setCore, withMore } from './more-loader';
import { getReceipt, isGranted, listAnswers, question, readState, stored } from './state';

/** Marks our API: a page may have something else under its name. */
export const MARK = Symbol.for('nod');

function showBanner(): void {
  finishLast(); // it hides the banner
  showOnRequest(question.signal.length > 0);
}

function openPage(): void {
  const address = serverBase + config.site + '/preferences?lang=' + config.language;
  if (!serverBase || !open(address)) showBanner(); // it was no click
}

/** Opens the preferences, unless the visitor decides before they are loaded. */
function openPreferences(): void {
  const { decision } = stored;
  if (HAS_EQUIVALENTS)
    attempt(
      () =>
        changes.getReopenNotice(decision) &&
        (writeLocal({ ...readLocal(), seen: config.policy }), showReopenNotice('')),
    );
  const ifUndecided = (f: () => void) => stored.decision == decision && f();
  withMore(
    (m) => ifUndecided(m.openPreferences),
    () => ifUndecided(openPage),
  );
}

const core: Core = {
  config,
  tagNonce: scriptNonce,
  scriptBase,
  serverBase,
  isKnownOrigin,
  getStored: () => stored,
  getQuestion: () => question,
  getReceipt,
  readStored,
  readLocal,
  writeLocal,
  getRoot: () => root,
  attachHost,
  addPart,
  decide,
  save,
  withdraw,
  listActionAnswers,
  isGranted,
  hasToGo,
  setGrantCheck,
  queueEvent,
  openPreferences,
  openPage,
  isUnanswered: (p) => isUnanswered(p, question),
};

export const api: Nod.API & { [MARK]: 1 } = {
  [MARK]: 1,
  has: isGranted,
  answers: listAnswers,
  show: showBanner,
  preferences: openPreferences,
  acceptAll,
  rejectAll,
  save: (choice: Choice): void => save(choice || {}),
  withdraw: (purpose?: string | string[]): void => withdraw(purpose),
  receipt: getReceipt,
  on(event: string, f: Listener): void {
    if (typeof f != 'function') return;
    if (event == 'leak') void loadMore(); // it finds the leaks
    addListener(event, f);
  },
  /** Replays calls that the page made before the script was there. */
  push(...calls: [string, ...unknown[]][]): void {
    for (const c of calls)
      attempt(() => {
        const [name, ...args] = c;
        (api as unknown as Record<string, (...a: unknown[]) => void>)[name]!(...args); // throws for an unknown name
      });
  },
};

const buttons: Record<string, () => void> = {
  __proto__: null as never,
  'accept-all': acceptAll,
  'reject-all': rejectAll,
  preferences: openPreferences,
  withdraw,
};

/** Handles a click on a button, and strips blocked pings from links. */
export function onClick(e: Event): void {
  for (const target of e.composedPath()) {
    const t = target as HTMLElement; // perhaps of a frame's document
    if (!t.dataset) continue;
    attempt(() => calls.stripBlockedPing(t));
    const f = e.type == 'click' && buttons[t.dataset['nod'] || ''];
    if (!f || (f == acceptAll && t.tabIndex < 0)) continue; // a click somewhere in an article is no consent
    e.preventDefault();
    return runForClick(f, t.getRootNode() != root ? 1 : e.isTrusted ? 3 : 2);
  }
}

// Each function needs the state. An argument from the page may throw when it is read: that must not throw into the
// page.
for (const [name, f] of Object.entries(api) as [string, (...a: unknown[]) => unknown][])
  (api as unknown as Record<string, unknown>)[name] = (...args: unknown[]) =>
    attempt(() => {
      readState();
      return f(...args);
    });
if (HAS_EQUIVALENTS) {
  buttons['acknowledge'] = acknowledgeChange;
  buttons['keep'] = keepEarlierVersion;
}
setCore(core);
