// The preference centre: a page of ours in a frame, in a modal dialog. The frame can't read this page's cookie and is
// told over a MessageChannel; the channel's port is handed only to our own origin, and nothing else is listened to.
import { config } from './config';
import { attempt } from './keep';
import { land, part } from './surface';

const PATIENCE = 3e3; // a frame that says nothing for so long, in ms, is taken for blocked
const KNOCK = 150; // between two offers of the channel, in ms

let base: string;
let heard: (m: object) => void;
let frame: HTMLIFrameElement | undefined;
let port: MessagePort | undefined;
let known: object; // the last state
let blocked = false;

const address = (): string => base + config.site + '/preferences?lang=' + config.language + '&policy=' + config.policy; // so that no cache gives another version's
const dialog = (): HTMLDialogElement => part('dialog') as HTMLDialogElement;

export function start(at: string, onMessage: (m: object) => void): void {
  base = at;
  heard = onMessage;
  addEventListener('securitypolicyviolation', (e) => {
    if (/^(frame|child|default)-src/.test(e.effectiveDirective) && e.blockedURI.startsWith(new URL(base).origin)) blocked = true;
  });
}

/** Loads the frame out of sight, so that opening it is a matter of showing it. */
export function prepare(): void {
  if (frame || blocked) return;
  const f = (frame = document.createElement('iframe'));
  f.title = dialog().getAttribute('aria-label')!;
  f.addEventListener('load', () => connect(() => f.contentWindow, 3)); // its script has run by then
  f.src = address();
  dialog().prepend(f);
}

export function open(state: object): void {
  known = state;
  if (blocked) return inWindow();
  prepare();
  const d = dialog();
  if (!d.open) d.showModal();
  frame!.focus();
  refresh(state);
  post({ type: 'open' });
  if (!port) setTimeout(() => port || !d.open || inWindow(), PATIENCE);
}

export function close(): void {
  if (!frame) return;
  attempt(() => dialog().close());
  land(); // it was opened from a banner that is gone
}

export function refresh(state: object): void {
  known = state;
  post(state);
}

function post(m: object): void {
  if (port) port.postMessage(m);
}

/** Where the frame is blocked: the same page in a window, linked to this one. Where windows are blocked too: a link,
 * for a click may open what the script alone may not. */
function inWindow(): void {
  if (openWindow()) return;
  const d = dialog();
  showBlocked(true);
  if (!d.open) d.showModal();
  const link = d.querySelector('a')!;
  link.onclick = () => !openWindow();
  link.focus();
}

function showBlocked(is: boolean): void {
  if (frame) frame.hidden = is;
  dialog().querySelector<HTMLElement>('#nod-blocked')!.hidden = !is;
}

function openWindow(): boolean {
  const w = attempt(() => window.open(address(), 'nod-preferences'));
  if (!w) return false;
  close();
  port = undefined;
  connect(() => w, 40); // nothing tells when it is there
  return true;
}

/** Offers a channel to the window until it takes it. Only a page of our own origin gets the message. */
function connect(to: () => Window | null, tries: number): void {
  const mine = new URL(base).origin;
  let taken = 0; // which of the offers; the frame holds on to the newest, but answers may come in any order
  let offers = 0;
  const knock = (): void => {
    if (blocked && to() == frame?.contentWindow) return clearInterval(timer); // nobody is there; the console would say so each time
    const c = new MessageChannel();
    const mark = ++offers;
    c.port1.onmessage = ({ data }) => {
      if (mark < taken) return;
      if (port != c.port1) {
        taken = mark;
        if (port) port.close();
        port = c.port1;
        clearInterval(timer);
        post(known);
        if (to() == frame?.contentWindow) showBlocked(false);
        if (dialog().open || to() != frame?.contentWindow) post({ type: 'open' });
        if (frame && dialog().open) {
          frame.blur(); // a frame that got the focus before it had its page gave it to the page before
          frame.focus();
        }
      }
      attempt(() => data && heard(data));
    };
    attempt(() => to()!.postMessage({ nod: 1 }, mine, [c.port2]));
    if (!--tries) clearInterval(timer);
  };
  const timer = setInterval(knock, KNOCK);
  knock();
}
