// What stands on the host page: banner, way back and dialog, in an open shadow root that the page's styles don't reach.
import { config, Part } from './config';
import { trusted } from './trusted';

let base: string;
let host: HTMLElement | undefined;
let root: ShadowRoot;
let signalled = false;
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
    if (name != 'return' && !made.banner && !made.dialog) style(config.css.rest);
    if (Object.keys(made).length < 1) style(config.css.return);
    const t = document.createElement('template');
    t.innerHTML = trusted().createHTML(config.html[name]);
    made[name] = p = t.content.firstElementChild as HTMLElement;
    // The server does not know its own address, the script does.
    p.querySelectorAll<HTMLAnchorElement>('[data-page]').forEach((a) => (a.href = base + a.dataset.page!));
    root.append(p);
  }
  // Beside body: it may not be there yet, and single-page apps replace it.
  if (!host.isConnected) document.documentElement.append(host);
  return p;
}

function style(css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet, ...root.adoptedStyleSheets];
  } catch {
    const s = document.createElement('style'); // Safari before 16.4
    s.nonce = (document.currentScript as HTMLScriptElement | null)?.nonce || '';
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
  if (focused && !ask) requestAnimationFrame(() => made.return?.focus());
}

/** The small button shows where nothing on the page leads back, marked where a signal was honoured. */
export function way(): void {
  const hidden = asking() || !!document.querySelector('[data-nod="preferences"]');
  if (hidden && !made.return) return;
  part('return').hidden = hidden;
  made.return!.classList.toggle('gpc', signalled);
}
