// The preference centre: a page of ours in a frame, in the dialog. The frame can't read this page's cookie and is told
// over a MessageChannel; the channel's port is handed only to our own origin, and nothing else is listened to.
import { act } from './act';
import { timeOf } from './bytes';
import type { Action, Choice, Core } from './core';
import { LOOK } from './form';
import type { Pane } from './pane';

const KNOCK = 150; // between two offers of the channel, in ms
const PATIENCE = 20; // as many times that, a frame that says nothing is taken for blocked
const QUIET_TIME = 500 * TIME_SCALE; // without a hand on the dialog, in ms, before the frame takes its place

interface Message { type?: string; action?: Action; choice?: Choice; previous?: string | null; presentation?: string; policy?: string; draft?: string }

export interface Centre {
  open: () => void;
  refresh: () => void;
}

export function makeCentre(core: Core, pane: Pane): Centre {
  const { attempt, base, config } = core;
  const { dialog, element } = pane;
  const origin = new URL(base).origin;
  // The address names the policy's version so that no cache gives another one's.
  const address = base + config.site + '/preferences?lang=' + config.language + '&policy=' + config.policy;
  const note = dialog.querySelector<HTMLElement>('#nod-blocked')!;
  let frame: HTMLIFrameElement | undefined;
  let port: MessagePort | undefined;
  let blocked = false;
  let late: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setInterval> | undefined;
  let used = false; // somebody has begun to choose in the pane

  for (const type of ['pointerdown', 'wheel', 'keydown']) element.addEventListener(type, () => (used = true), { passive: true });
  element.addEventListener('toggle', () => (port ? offer() : load()), true); // only the frame has the details

  dialog.addEventListener('close', () => clearInterval(patience));
  addEventListener('securitypolicyviolation', (e) => {
    if (e.disposition != 'enforce' || !/^(frame|child|default)-src/.test(e.effectiveDirective) || attempt(() => new URL(e.blockedURI).origin) != origin) return;
    blocked = true;
    if (pane.isOpen()) inWindow();
  });
  attempt(() => matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => post(state())));

  function open(): void {
    pane.open();
    used = false;
    if (!core.known) return;
    if (blocked) return inWindow();
    if (!frame) pane.rested(load); // a frame as it begins takes long enough to be felt
    else if (port) offer();
    wait();
  }

  /** Waits for the frame's word, in steps: a machine that is too busy for those is too busy for the frame. */
  function wait(): void {
    let left = PATIENCE;
    clearInterval(patience);
    patience = setInterval(() => {
      if (!port && (!frame || --left)) return;
      clearInterval(patience);
      if (!port) inWindow();
    }, KNOCK);
  }

  function load(): void {
    if (frame || blocked || !core.known || !pane.isOpen()) return;
    const f = (frame = document.createElement('iframe'));
    f.title = dialog.getAttribute('aria-label')!;
    f.tabIndex = -1;
    f.setAttribute('aria-hidden', 'true');
    f.addEventListener('load', () => connect(() => f.contentWindow, 3)); // its script has run by then
    f.src = address;
    dialog.append(f);
  }

  /** Has the frame begin: anew, or where the visitor is in the pane. */
  function offer(): void {
    if (!pane.isOpen()) return;
    post(state());
    if (element.hidden) {
      frame!.focus();
      return post({ type: 'open' });
    }
    post({ type: 'open', draft: pane.draft() });
  }

  const state = (): object => {
    const { states, signal } = core.question();
    const { decision } = core.stored();
    return { type: 'state', look: look(), states, signal, previous: decision || null, decided: decision ? timeOf(decision) : 0, receipt: core.receipt() };
  };

  /** How the page wants us to look, which the frame can't see. */
  function look(): Record<string, string> {
    const style = getComputedStyle(core.root().host);
    return Object.fromEntries(Object.keys(LOOK).map((name) => [name, style.getPropertyValue('--nod-' + name).trim()]));
  }

  function refresh(): void {
    if (pane.isOpen() && !element.hidden) pane.refresh();
    post(state());
  }

  function post(m: object): void {
    if (port) port.postMessage(m);
  }

  /** The frame shows what the pane showed: it takes its place, unless more was done there meanwhile. A hand on its way to
   * a switch is let finish; who came by keyboard and may be listening to the pane is taken on at once. */
  function drawn(as: string): void {
    clearTimeout(late);
    if (element.hidden || !pane.isOpen() || !frame) return;
    const done = pane.draft();
    if (as != JSON.stringify(done)) return offer();
    const wait = QUIET_TIME - pane.since();
    if (wait > 0 && !done.open.length && !element.querySelector('h2:focus-visible')) return void (late = setTimeout(drawn, wait, as));
    const focus = pane.focus();
    frame.removeAttribute('tabindex');
    frame.removeAttribute('aria-hidden');
    frame.focus();
    element.hidden = true;
    post({ type: 'shown', focus });
  }

  function heard(m: Message): void {
    if (m.type == 'close') dialog.close();
    if (m.type == 'drawn') drawn(m.draft || '');
    if (m.type != 'decide' || !m.action) return;
    const from = { previous: m.previous === undefined ? null : m.previous, presentation: m.presentation || 'custom' };
    if (m.policy == config.policy) return act(core, m.action, m.choice, from);
    // A page of another version, out of a cache or because this one was left open, showed other words: there one can refuse, and nothing
    // else.
    if (m.action == 'accept_all') return;
    const refused = Object.fromEntries(Object.entries(m.choice || {}).filter(([, on]) => !on));
    act(core, m.action, refused, { ...from, presentation: 'custom' });
  }

  /** Where the frame is blocked: the same page in a window, linked to this one. Where windows are blocked too: a link,
   * for a click may open what the script alone may not. */
  function inWindow(): void {
    // Whoever has begun to choose in the pane is not torn away from it.
    if (!used && openWindow()) return;
    note.hidden = false;
    const link = note.querySelector('a')!;
    link.onclick = () => !openWindow();
    if (!used) link.focus();
  }

  function openWindow(): boolean {
    const w = attempt(() => window.open(address, 'nod-preferences'));
    if (!w) return false;
    dialog.close();
    if (frame) frame.remove(); // two of them would take each other's word
    frame = undefined;
    element.hidden = false;
    if (port) port.close();
    port = undefined;
    connect(() => w, 40); // nothing tells when it is there
    return true;
  }

  /** Offers a channel to the window until it takes it. Only a page of our own origin gets the message. */
  function connect(to: () => Window | null, tries: number): void {
    let taken = 0; // which of the offers; the other side holds on to the newest, but answers may come in any order
    let offers = 0;
    const framed = (): boolean => !!frame && to() == frame.contentWindow;
    const knock = (): void => {
      if (blocked && framed()) return clearInterval(timer); // nobody is there; the console would say so each time
      const c = new MessageChannel();
      const mark = ++offers;
      c.port1.onmessage = ({ data }) => {
        if (mark < taken) return;
        if (port != c.port1) {
          taken = mark;
          if (port) port.close();
          port = c.port1;
          clearInterval(timer);
          refresh();
          if (framed()) {
            note.hidden = true; // it was only slow
            offer();
          } else post({ type: 'open' });
        }
        attempt(() => data && heard(data));
      };
      attempt(() => to()!.postMessage({ nod: 1 }, origin, [c.port2]));
      if (!--tries) clearInterval(timer);
    };
    const timer = setInterval(knock, KNOCK);
    knock();
  }

  return { open, refresh };
}
