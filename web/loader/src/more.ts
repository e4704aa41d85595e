// more.js: the second half of the script, brought by consent.js when somebody acts or is about to. A page where nothing
// is to be asked or sent never loads it.
import { timeOf } from './bytes';
import { clear } from './clear';
import type { Dialog } from './config';
import type { Core, More } from './core';
import { Centre, makeCentre } from './frame';
import { makePane } from './pane';
import { makeSender } from './sync';

/** Set by the line that the server writes before the bundle. */
declare const __NOD__: Dialog;

/** Starts the half; core is the other one. */
export function start(core: Core): More {
  let centre: Centre | undefined;
  const prepare = (): Centre => (centre = centre || makeCentre(core, makePane(core, __NOD__)));
  const refresh = (): void => centre && centre.refresh();
  const { flush, supersede } = makeSender(core, refresh);

  /** Brings the cookie up to date with its guard, and takes away a guard that has seen its answer go by. */
  function mend(): void {
    const s = core.read();
    const plain = core.guarded();
    if (plain === undefined) return;
    if (plain < s.decision) core.write(s);
    else if (timeOf(s.decision) < Date.now() - 6e4) core.setCookie('nod-newer=', 0, core.config.cookie.domain);
  }

  return {
    flush,
    prepare,
    open: () => prepare().open(),
    refresh,
    mend,
    clear: (kept) => clear(core, kept),
    free,
    /** An answer with an older cookie may be on its way into the browser, and nothing can call it back there: what holds
     * is written a second time beside the cookie, where no answer of the server reaches it. */
    overtake() {
      if (!supersede()) return;
      core.put('nod-newer', core.stored());
      setTimeout(mend, 1e3);
    },
  };

  function free(): void {
    const t = document.activeElement;
    const b = core.root().getElementById('nod-banner')?.getBoundingClientRect();
    if (!t || !b || !b.height || t == core.root().host) return;
    const covered = (): number => {
      const r = t.getBoundingClientRect();
      return r.bottom > b.top && r.top < b.bottom && r.right > b.left && r.left < b.right ? r.bottom - b.top + 8 : 0;
    };
    scrollBy(0, covered());
    if (!covered()) return;
    core.space(innerHeight - b.top); // the page ends too early
    scrollBy(0, covered());
  }
}
