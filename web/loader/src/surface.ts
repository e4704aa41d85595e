// What stands on the host page: banner, way back and dialog, in an open shadow root that the page's styles don't reach.
import { config, Part } from './config';
import { trusted } from './trusted';

let base: string;
let host: HTMLElement | undefined;
let root: ShadowRoot;
let signalled = false;
let status: HTMLElement; // tells screen readers what happened, once what they were in has gone
let from: HTMLElement | null; // what had the focus before the banner
const tag = document.currentScript as HTMLScriptElement | null;
const made: Partial<Record<Part, HTMLElement>> = {};

/** Says where we are. Nothing is built before something is to be seen. */
export function start(at: string): void {
  base = at;
}

/** The part, which is built on first use. */
export function part(name: Part): HTMLElement {
  if (!host) {
    host = document.createElement('div');
    host.id = 'nod';
    root = host.attachShadow({ mode: 'open' });
  }
  let p = made[name];
  if (!p) {
    if (name != 'return' && !made.banner && !made.dialog) {
      style(config.css.rest);
      status = document.createElement('p');
      status.lang = config.language;
      status.className = 'said';
      status.setAttribute('role', 'status');
      root.append(status);
    }
    if (Object.keys(made).length < 1) style(config.css.return);
    const box = document.createElement('div'); // a template makes a document of its own, which costs
    box.innerHTML = trusted().createHTML(config.html[name]);
    made[name] = p = box.firstElementChild as HTMLElement;
    // The server does not know its own address, the script does.
    p.querySelectorAll<HTMLAnchorElement>('[data-page]').forEach((a) => (a.href = base + a.dataset.page!));
    root.append(p);
    if (name == 'banner') {
      p.addEventListener('focusin', (e) => {
        const was = e.relatedTarget as HTMLElement | null;
        if (!p!.contains(was)) from = was;
      });
      document.addEventListener('focusin', free);
    }
  }
  // Beside body, which may not be there yet, and which single-page apps replace; before it, where the eye meets the
  // banner first too.
  if (!host.isConnected) document.documentElement.insertBefore(host, document.body);
  return p;
}

function style(css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet, ...root.adoptedStyleSheets];
  } catch {
    const s = document.createElement('style'); // Safari before 16.4
    s.nonce = tag?.nonce || '';
    s.textContent = css;
    root.prepend(s);
  }
}

/** Says whether the banner stands there. */
export const asking = (): boolean => !!made.banner && !made.banner.hidden;

/** Shows the banner, or takes it away. */
export function show(ask: boolean, signal: boolean): void {
  signalled = signal;
  const focused = made.banner?.contains(root.activeElement);
  if (ask || made.banner) {
    part('banner').hidden = !ask;
    made.banner!.querySelector<HTMLElement>('#nod-signal')!.hidden = !signal;
  }
  if (document.readyState == 'loading') addEventListener('DOMContentLoaded', way);
  else way();
  if (!ask) {
    if (spaced) document.documentElement.style.paddingBottom = '';
    spaced = false;
    if (focused) requestAnimationFrame(land);
  }
}

/** Shows the banner to somebody who asked for it. */
export function call(signal: boolean): void {
  show(true, signal);
  made.banner!.tabIndex = -1;
  made.banner!.focus();
}

/** Where what had the focus is gone, puts it where the visitor was before, or to the way back. */
export function land(): void {
  for (const e of [from, made.return, document.querySelector<HTMLElement>('[data-nod="preferences"]')]) {
    const at = document.activeElement == host ? root.activeElement : document.activeElement;
    // Browsers take the focus from what is hidden only when they paint.
    if (at && at != document.body && !at.closest('[hidden],dialog:not([open])')) return;
    if (e) e.focus({ preventScroll: true });
  }
}

/** Says that the choice is kept. */
export function say(): void {
  if (!status) return;
  status.textContent = '';
  setTimeout(() => (status.textContent = config.saved), 200); // by then no open dialog makes the rest of the page inert
}

let spaced = false;

/** What has the focus behind the banner is scrolled free of it (WCAG 2.2, 2.4.11). */
function free(e: Event): void {
  const t = e.target as Element;
  if (!asking() || t == host) return;
  const b = made.banner!.getBoundingClientRect();
  const covered = (): number => {
    const r = t.getBoundingClientRect();
    return r.bottom > b.top && r.top < b.bottom && r.right > b.left && r.left < b.right ? r.bottom - b.top + 8 : 0;
  };
  scrollBy(0, covered());
  if (!covered()) return;
  document.documentElement.style.paddingBottom = innerHeight - b.top + 'px'; // the page ends too early
  spaced = true;
  scrollBy(0, covered());
}

/** The small button shows where nothing on the page leads back, marked where a signal was honoured. */
export function way(): void {
  const hidden = asking() || !!document.querySelector('[data-nod="preferences"]');
  if (hidden && !made.return) return;
  part('return').hidden = hidden;
  const b = made.return!;
  b.classList.toggle('gpc', signalled);
  if (signalled) b.setAttribute('aria-label', 'GPC – ' + b.title);
  else b.removeAttribute('aria-label');
}
