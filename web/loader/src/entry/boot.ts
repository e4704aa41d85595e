// The script of our own pages. It connects the preference centre to the page that opened it, makes the plain form work
// over that connection, and brings WebAssembly in once somebody is there to use it. Without a connection the form is an
// ordinary form and posts.
import {
  listBoxes,
  downloadReceipt,
  Draft,
  toggleOnEnter,
  applyToServices,
  showRefusedButRequired,
  THEME_PROPERTIES,
  listFocusStops,
  showStatus,
} from '../ui/preferences-form';
import { importPart } from '../ui/import-part';
import { findElement } from '../core/find';
import { getTrustedPolicy } from '../core/trusted-types';

interface Page {
  origins: string[]; // of the pages that may open this one
  presentation: string;
  policy: string; // version that the page shows
  failed: string; // what is said where a part can't be loaded
  wasm?: string; // address of app.wasm; none where it was not built
  exec?: string; // address of Go's wasm_exec.js
}

/** What the opener tells: the states of all purposes and services, and what the last decision was. */
interface State {
  type: 'state';
  states: Record<string, string>;
  previous: string | null;
  signal: string[];
  decided: number; // ms since 1970, 0 for never
  receipt: object | null;
  look?: Record<string, string>; // of the page, by the names of custom properties
  opened?: boolean; // the preferences were opened anew
}

const data = document.getElementById('nod-page');
const page = JSON.parse((data && data.textContent) || '{"origins":[]}') as Page;
const form = (): HTMLFormElement | null => document.querySelector('form');

const framed = parent != window;
const opener = framed ? parent : (window.opener as Window | null);
let port: MessagePort | undefined;
let state: State | undefined;
let taken: ((s: State) => void) | undefined; // WebAssembly, once it runs the page

function post(m: object): boolean {
  if (port) port.postMessage(m);
  return !!port;
}

/** Tells the opener what was chosen. The answer of a box that can't be changed is left out. */
function decide(action: string): boolean {
  const choice: Record<string, boolean> = {};
  for (const c of listBoxes(document)) choice[c.name] = c.checked;
  if (opener && (opener as Window).closed) port = undefined;
  const sent = post({
    type: 'decide',
    action,
    choice,
    previous: state ? state.previous : null,
    presentation: page.presentation,
    policy: page.policy,
  });
  // Whoever opened this page answers at once. Where nobody does, it is gone, and the form is an ordinary one again.
  clearTimeout(unheard);
  if (sent && !framed)
    unheard = setTimeout(() => {
      port = undefined;
      const f = form();
      if (!f) return;
      const a = document.createElement('input');
      a.type = 'hidden';
      a.name = 'action';
      a.value = action;
      f.append(a);
      f.submit();
    }, 1500);
  say(sent && action == 'withdraw'); // after the others the page is closed
  return sent;
}

let unheard: ReturnType<typeof setTimeout> | undefined;
let leaving = false;

/** A window goes when it is known that the choice has arrived. */
function close(): void {
  if (!post({ type: 'close' }) || framed) return;
  if (unheard) leaving = true;
  else window.close();
}

/** Says that the choice is kept, or takes that back. */
function say(saved: boolean): void {
  const text = document.querySelector<HTMLElement>('#nod-saved span');
  if (text && !taken) text.hidden = !saved;
}

function receive(s: State): void {
  const before = state;
  clearTimeout(unheard);
  unheard = undefined;
  state = s;
  if (leaving) window.close();
  const { dataset, style } = document.documentElement;
  dataset['connected'] = '';
  for (const [name, property] of Object.entries(THEME_PROPERTIES)) {
    const value = s.look && s.look[name];
    if (typeof value == 'string' && CSS.supports(property, value)) style.setProperty('--nod-' + name, value);
    else style.removeProperty('--nod-' + name);
  }
  if (taken) return taken(s);
  s.states = showRefusedButRequired(document, s.states);
  // What changed elsewhere counts, what is only ticked here stays.
  for (const c of listBoxes(document))
    if (s.opened || (before ? before.states[c.name] != s.states[c.name] : !touched.has(c)))
      c.checked = s.states[c.name] == 'granted';
  showStatus(document, s.decided, s.signal.length > 0, !!s.receipt, document.documentElement.lang);
}

let opened = false;

/** Somebody is there. Whoever comes back finds the beginning, and nothing that was left unsaved; who began in the dialog
 * goes on from there. */
function open(draft: Draft | undefined): void {
  if (draft) return resume(draft);
  if (opened && state) {
    say(false);
    receive({ ...state, opened: true });
  }
  top();
  shown(-1);
}

/** The page is to be seen, and the focus is at the given one of its stops. */
function shown(at: number): void {
  opened = true;
  const e = listFocusStops(findElement(document, '#nod-centre'))[at];
  focus(e && e.tabIndex >= 0 ? e : undefined);
  start();
}

function resume(d: Draft): void {
  for (const c of listBoxes(document)) if (c.name in d.choice && c.checked != d.choice[c.name]) c.click(); // which is the program's to hear, too
  for (const purpose of document.querySelectorAll<HTMLElement>('.purpose')) {
    const details = purpose.querySelector<HTMLDetailsElement>(':scope > details');
    if (details) details.open = d.open.includes(findElement<HTMLInputElement>(purpose, 'input').name);
  }
  scrollTo(0, d.top);
  post({ type: 'drawn', draft: JSON.stringify(d) });
}

/** Gives an element the focus, or the heading, and holds it there for half a second: a frame that is only just shown may
 * not take it yet, or lose it again while it is shown. */
function focus(at?: HTMLElement, tries = 10): void {
  const h = findElement(document, 'h1');
  if (tries > 9 || (document.hasFocus() && document.activeElement == document.body)) {
    if (!at || !at.isConnected) h.tabIndex = -1;
    (at && at.isConnected ? at : h).focus({ preventScroll: true });
  }
  if (tries) setTimeout(focus, 50, at, tries - 1);
}

let left = 0; // where the page was when the visitor went
addEventListener('blur', () => (left = scrollY));

/** Goes to the top, and stays there: Chromium brings a frame that was out of sight back to its old place some frames
 * after it is shown. Any other scrolling is the visitor's. */
function top(): void {
  const old = left;
  const up = (): void => {
    if (scrollY == old) scrollTo(0, 0);
  };
  const stop = (): void => removeEventListener('scroll', up);
  scrollTo(0, 0);
  if (!old) return;
  addEventListener('scroll', up);
  for (const type of ['wheel', 'touchstart', 'pointerdown', 'keydown'])
    addEventListener(type, stop, { once: true, passive: true });
  setTimeout(stop, 500);
}

const save = (): void => {
  if (state && state.receipt) downloadReceipt(state.receipt);
};

const touched = new WeakSet<Element>(); // boxes ticked before the opener said how things stand
addEventListener('change', (e) => {
  if (taken) return;
  const c = e.target as HTMLInputElement;
  touched.add(c);
  for (const s of applyToServices(document, c)) touched.add(s);
});

addEventListener('submit', (e) => {
  if (!port || taken) return; // an ordinary form, or the program's
  e.preventDefault();
  const action = (e.submitter as HTMLButtonElement | null)?.value || 'save';
  decide(action);
  if (action != 'withdraw') close();
});
addEventListener('click', (e) => {
  const button = !taken && (e.target as Element).closest('button');
  if (button && button.id == 'nod-close') close();
  if (button && button.id == 'nod-receipt') save();
});
const closeOnEscape = (e: KeyboardEvent): void => {
  const t = e.target as HTMLInputElement;
  if (e.key != 'Escape' || e.defaultPrevented) return;
  if (t.type != 'search' || !t.value) close(); // there it takes back what was typed
};
addEventListener('keydown', closeOnEscape);
addEventListener('keypress', toggleOnEnter);

// Texts and lists are parts of other pages of ours, and come when they are opened. What loads nothing leaves the link
// to the page.
const pages = new Map<string, Promise<Document>>();

function load(url: string): Promise<Document> {
  let p = pages.get(url);
  if (!p) {
    p = fetch(url)
      .then((r) => (r.ok ? r.text() : Promise.reject(r.status)))
      .then((html) => new DOMParser().parseFromString(getTrustedPolicy().createHTML(html), 'text/html'));
    p.catch(() => pages.delete(url));
    pages.set(url, p);
  }
  return p;
}

addEventListener(
  'toggle',
  (e) => {
    const d = e.target as HTMLDetailsElement;
    const part = d.querySelector<HTMLElement>('.part')?.dataset['part'];
    if (!d.open || !part) return;
    const place = (): HTMLElement => findElement(document, '[data-part="' + part + '"]'); // the program replaces the form
    if (place().firstElementChild?.matches('.failed')) place().textContent = '';
    if (place().firstChild) return;
    const [url, id] = part.split('#') as [string, string];
    place().ariaBusy = 'true';
    load(url)
      .then((from) => {
        const it = findElement(from, '#' + CSS.escape(id));
        // Of an entry of a list what it says: its name stands here already. Of a page all, below the heading here.
        const copy = document.importNode(it.localName == 'li' ? findElement(it, 'dl') : it, true);
        copy
          .querySelectorAll('h2, h3, h4')
          .forEach((h) => h.setAttribute('aria-level', Number(h.localName[1]) + 1 + ''));
        if (!place().firstChild) place().append(copy);
        for (const l of from.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]'))
          importPart('link', l.getAttribute('href') || '', url);
        for (const l of from.querySelectorAll<HTMLScriptElement>('script[src]'))
          importPart('script', l.getAttribute('src') || '', url);
        dispatchEvent(new Event('nod:part'));
      })
      .catch(() => {
        const p = document.createElement('p');
        p.className = 'note failed';
        p.role = 'status';
        p.textContent = page.failed;
        place().append(p);
      })
      .then(() => (place().ariaBusy = null));
  },
  true,
);

// --- the opener ---------------------------------------------------------------------------------------------------

addEventListener('message', (e) => {
  const channel = e.ports[0];
  if (
    !opener ||
    e.source != opener ||
    (e.origin != location.origin && !page.origins.includes(e.origin)) ||
    !e.data ||
    e.data.nod != 1 ||
    !channel
  )
    return;
  if (port) port.close(); // the opener was loaded anew
  port = channel;
  port.onmessage = ({ data }) => {
    if (!data) return;
    if (data.type == 'state') receive(data as State);
    if (data.type == 'open') open(data.draft as Draft | undefined);
    if (data.type == 'shown') shown(data.focus as number);
  };
  post({ type: 'ready' });
});

// --- WebAssembly --------------------------------------------------------------------------------------------------

declare class Go {
  importObject: WebAssembly.Imports;
  run(i: WebAssembly.Instance): Promise<void>;
}

/** A click needs its element from the press to the release, of the mouse or of the space bar: WebAssembly replaces nothing in
 * between. The event of the release comes before the click that it makes. In another window, no release is heard of. */
let isPressed = false;
let release: ReturnType<typeof setTimeout> | undefined;
for (const type of ['pointerdown', 'keydown'])
  addEventListener(type, () => {
    clearTimeout(release);
    isPressed = true;
  });
for (const type of ['pointerup', 'pointercancel', 'keyup', 'blur'])
  addEventListener(type, () => (release = setTimeout(() => (isPressed = false))));

let started = false;
function start(): void {
  if (started || !page.wasm || !page.exec || typeof WebAssembly != 'object') return;
  started = true;
  const compiled = fetch(page.wasm); // both at once
  const s = document.createElement('script');
  s.src = getTrustedPolicy().createScriptURL(page.exec);
  s.onload = async () => {
    try {
      const go = new Go();
      const { instance } = await WebAssembly.instantiateStreaming(compiled, go.importObject);
      while (isPressed) await new Promise((done) => setTimeout(done, 20));
      await go.run(instance);
      taken = undefined; // it has ended, which it does only when something is wrong: the form goes on
    } catch (e) {
      console.warn('nod: WebAssembly could not start; the form works without it.', e);
    }
  };
  document.head.append(s);
}

// In a frame that was loaded ahead, opening says that somebody is there; any page of its own was opened by somebody.
if (!framed) addEventListener('load', start);
for (const type of ['pointerdown', 'keydown']) addEventListener(type, start, { once: true });

/** What the Go program finds of this page. */
Object.assign(window, {
  nodPage: {
    state: () => state,
    decide,
    close,
    download: save,
    take: (f: (s: State) => void) => (taken = f),
  },
});
