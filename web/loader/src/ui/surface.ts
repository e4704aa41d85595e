// What stands on the host page: banner and way back, and the dialog that more.js adds, in an open shadow root that the
// page's styles don't reach.
import { config, Part } from '../core/config';
import { html, loading, make, own } from '../core/dom';
import { trusted } from '../core/trusted-types';

export let root: ShadowRoot;
let base: string;
let near: () => void;
let host: HTMLElement | undefined;
let signalled = false;
export let from: HTMLElement | null; // what had the focus before the banner
export const tag = own('currentScript') as HTMLScriptElement | null;
const made: Partial<Record<Part, HTMLElement>> = Object.create(null);

/** Says where we are, and who wants to know when somebody comes near. Nothing is built before something is to be seen. */
export function start(at: string, hint: () => void): void {
  base = at;
  near = hint;
}

/** The part, which is built on first use. */
function part(name: Part): HTMLElement {
  let p = made[name];
  if (!p) {
    p = made[name] = add(
      config.html[name],
      ...(name == 'return' ? [] : HAS_EQUIVALENTS && news ? [BANNER, news] : [BANNER]),
    );
    if (name == 'banner')
      p.addEventListener('focusin', (e) => {
        const was = e.relatedTarget as HTMLElement | null;
        if (!p!.contains(was)) from = was; // it was made above
      });
  }
  place();
  return p;
}

const { return: RETURN, banner: BANNER } = config.css;
const styled: string[] = [];

/** Puts a part on the page; its style goes on top of what is there. */
function add(html: string, ...css: string[]): HTMLElement {
  if (!host) {
    host = make('div');
    host.id = 'nod';
    host.addEventListener('pointerover', near);
    host.addEventListener('focusin', near);
    root = host.attachShadow({ mode: 'open' });
  }
  for (const c of [RETURN, ...css]) style(c);
  const box = make('div'); // a template makes a document of its own, which costs
  box.innerHTML = trusted().createHTML(html);
  const p = box.firstElementChild as HTMLElement;
  // The server does not know its own address, the script does.
  p.querySelectorAll<HTMLAnchorElement>('[data-page]').forEach((a) => (a.href = base + a.dataset['page']!)); // which the selector asks for
  root.append(p);
  place();
  return p;
}

/** Puts our host on the page, which is there once a part is: beside body, which may not be there yet, and which single-page apps replace; before it, where the eye meets the
 * banner first too. */
export function place(): void {
  if (!host!.isConnected) html().insertBefore(host!, own('body')); // add() made it
}

function style(css: string): void {
  if (styled.includes(css)) return;
  styled.push(css);
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets.push(sheet);
  } catch {
    const s = make('style'); // Safari before 16.4, Chrome before 99
    s.nonce = tag?.nonce || '';
    s.textContent = css;
    root.append(s);
  }
}

/** Has the banner be another one from now on. */
export function use(html: string, presentation: string, css?: string): void {
  if (config.html.banner == html) return;
  config.html.banner = html;
  config.presentation = presentation;
  hide();
  if (made.banner) made.banner.remove();
  delete made.banner;
  news = css;
}

let news: string | undefined; // style of that

/** Puts another part on the page, one that more.js brings. */
export const addPart = (html: string, css: string): HTMLElement => add(html, BANNER, css);

/** Says whether the banner stands there. */
export const asking = (): boolean => !!made.banner && !made.banner.hidden;

/** Shows the banner, or takes it away. */
export function show(ask: boolean, signal: boolean): void {
  signalled = signal;
  if (!ask) hide();
  else part('banner').hidden = false;
  if (made.banner) made.banner.querySelector<HTMLElement>('#nod-signal')!.hidden = !signal; // the server renders it
  if (loading()) addEventListener('readystatechange', way, true);
  else way();
}

let focused = false; // the banner was when it went

/** Says, once, whether the focus went with the banner. */
export function lost(): boolean {
  const was = focused;
  focused = false;
  return was;
}

/** Takes the banner away, and nothing else yet. */
export function hide(): void {
  const b = made.banner;
  if (!b) return;
  focused = focused || b.contains(root.activeElement);
  b.hidden = true;
}

/** Shows the banner to somebody who asked for it. */
export function call(signal: boolean): void {
  show(true, signal);
  made.banner!.tabIndex = -1; // show() made it
  made.banner!.focus(); // likewise
}

let note: string | undefined;

/** Marks the small button with a word, or takes the mark away. */
export function mark(text: string): void {
  note = text;
  way();
}

/** The small button shows where nothing on the page leads back, marked where a signal was honoured. */
export function way(): void {
  const hidden = asking() || !!html().querySelector('[data-nod="preferences"]');
  if (hidden && !made.return) return;
  part('return').hidden = hidden;
  if (HAS_EQUIVALENTS && note != undefined) made.return!.querySelector('.mark')!.textContent = note || 'GPC'; // made above, by the server's HTML
  made.return!.className = signalled || (HAS_EQUIVALENTS && note) ? 'return gpc' : 'return'; // made above; whose name for screen readers is then "GPC", and its title beside it
}
