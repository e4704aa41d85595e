// Where the focus goes when what had it is gone, room for what the banner covers, and a voice for what happened.
import type { Core } from '../core/core';
import { html, make, own } from '../core/dom';

export interface Landing {
  land: () => void;
  free: () => void;
  say: (text: string) => void;
  settle: () => void;
}

export function makeLanding(core: Core): Landing {
  let spaced = false;
  let status: HTMLElement | undefined;

  /** Leaves room at the end of the page, in px; 0 takes it back. */
  function space(px: number): void {
    if (!px && !spaced) return;
    spaced = !!px;
    html().style.paddingBottom = px ? px + 'px' : '';
  }

  /** Where what had the focus is gone, puts it where the visitor was before, or to our way back, or where the banner stood:
   * before the page, and not in whichever part of it leads back. */
  function land(): void {
    const root = core.root();
    const host = root.host as HTMLElement;
    for (const e of [core.from(), root.getElementById('nod-return'), host]) {
      const at = document.activeElement == host ? root.activeElement : document.activeElement;
      // Browsers take the focus from what is hidden only when they paint.
      if (at && at != own('body') && !at.closest('[hidden],[inert],dialog:not([open])')) return;
      if (e == host) {
        host.tabIndex = -1; // only meanwhile: what is in it could not be reached by Tab
        host.addEventListener('blur', () => host.removeAttribute('tabindex'), { once: true });
      }
      if (e) e.focus({ preventScroll: true });
    }
  }

  /** Sees to it that what has the focus is not behind the banner. */
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
    space(innerHeight - b.top); // the page ends too early
    scrollBy(0, covered());
  }

  /** What tells screen readers what happened, once what they were in has gone. It is there before it speaks: else it
   * might not be heard. */
  function voice(): HTMLElement {
    if (status) return status;
    status = make('p');
    status.lang = core.config.language;
    status.style.cssText = 'position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)';
    status.setAttribute('role', 'status');
    core.root().append(status);
    return status;
  }

  function say(text: string): void {
    if (!core.root()) return; // nothing of ours is on the page
    const s = voice();
    s.textContent = '';
    setTimeout(() => (s.textContent = text), 200); // by then no open dialog makes the rest of the page inert
  }

  /** Takes back what was done for a banner that is gone. */
  function settle(): void {
    if (!core.root()?.querySelector('#nod-banner:not([hidden])')) space(0);
  }

  if (core.root()) voice();
  return { land: () => requestAnimationFrame(land), free, say, settle };
}
