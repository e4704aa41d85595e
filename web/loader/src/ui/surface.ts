// What stands on the host page: banner and way back, and the dialog that more.js adds, in an open shadow root that the
// page's styles don't reach.
import { config, PartName } from '../core/config';
import { getRootElement, isParsing, createElement, getDocumentProperty } from '../core/dom';
import { getTrustedPolicy } from '../core/trusted-types';

export let root: ShadowRoot;
let serverBase: string;
let onApproach: () => void;
let host: HTMLElement | undefined;
let hasSignal = false;
export let previousFocus: HTMLElement | null; // what had the focus before the banner
export const scriptTag = getDocumentProperty('currentScript') as HTMLScriptElement | null;
const parts: Partial<Record<PartName, HTMLElement>> = Object.create(null);

/** Says where we are, and who wants to know when somebody comes near. Nothing is built before something is to be seen. */
export function start(at: string, hint: () => void): void {
  serverBase = at;
  onApproach = hint;
}

/** The part, which is built on first use. */
function getPart(name: PartName): HTMLElement {
  let p = parts[name];
  if (!p) {
    p = parts[name] = appendPart(
      config.html[name],
      ...(name == 'return' ? [] : HAS_EQUIVALENTS && changesCSS ? [BANNER_CSS, changesCSS] : [BANNER_CSS]),
    );
    if (name == 'banner')
      p.addEventListener('focusin', (e) => {
        const was = e.relatedTarget as HTMLElement | null;
        if (!p!.contains(was)) previousFocus = was; // it was made above
      });
  }
  attachHost();
  return p;
}

const { return: REOPEN_CSS, banner: BANNER_CSS } = config.css;
const addedStyles: string[] = [];

/** Puts a part on the page; its style goes on top of what is there. */
function appendPart(html: string, ...css: string[]): HTMLElement {
  if (!host) {
    host = createElement('div');
    host.id = 'nod';
    host.addEventListener('pointerover', onApproach);
    host.addEventListener('focusin', onApproach);
    root = host.attachShadow({ mode: 'open' });
  }
  for (const c of [REOPEN_CSS, ...css]) addStyle(c);
  const box = createElement('div'); // a template makes a document of its own, which costs
  box.innerHTML = getTrustedPolicy().createHTML(html);
  const p = box.firstElementChild as HTMLElement;
  // The server does not know its own address, the script does.
  p.querySelectorAll<HTMLAnchorElement>('[data-page]').forEach((a) => (a.href = serverBase + a.dataset['page']!)); // which the selector asks for
  root.append(p);
  attachHost();
  return p;
}

/** Puts our host on the page, which is there once a part is: beside body, which may not be there yet, and which single-page apps replace; before it, where the eye meets the
 * banner first too. */
export function attachHost(): void {
  if (!host!.isConnected) getRootElement().insertBefore(host!, getDocumentProperty('body')); // add() made it
}

function addStyle(css: string): void {
  if (addedStyles.includes(css)) return;
  addedStyles.push(css);
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets.push(sheet);
  } catch {
    const s = createElement('style'); // Safari before 16.4, Chrome before 99
    s.nonce = scriptTag?.nonce || '';
    s.textContent = css;
    root.append(s);
  }
}

/** Has the banner be another one from now on. */
export function replaceBanner(html: string, presentation: string, css?: string): void {
  if (config.html.banner == html) return;
  config.html.banner = html;
  config.presentation = presentation;
  hideBanner();
  if (parts.banner) parts.banner.remove();
  delete parts.banner;
  changesCSS = css;
}

let changesCSS: string | undefined; // style of that

/** Puts another part on the page, one that more.js brings. */
export const addPart = (html: string, css: string): HTMLElement => appendPart(html, BANNER_CSS, css);

/** Says whether the banner stands there. */
export const isBannerOpen = (): boolean => !!parts.banner && !parts.banner.hidden;

/** Shows the banner, or takes it away. */
export function updateBanner(ask: boolean, signal: boolean): void {
  hasSignal = signal;
  if (!ask) hideBanner();
  else getPart('banner').hidden = false;
  if (parts.banner) parts.banner.querySelector<HTMLElement>('#nod-signal')!.hidden = !signal; // the server renders it
  if (isParsing()) addEventListener('readystatechange', updateReopenButton, true);
  else updateReopenButton();
}

let hasLostFocus = false; // the banner was when it went

/** Says, once, whether the focus went with the banner. */
export function takeLostFocus(): boolean {
  const was = hasLostFocus;
  hasLostFocus = false;
  return was;
}

/** Takes the banner away, and nothing else yet. */
export function hideBanner(): void {
  const b = parts.banner;
  if (!b) return;
  hasLostFocus = hasLostFocus || b.contains(root.activeElement);
  b.hidden = true;
}

/** Shows the banner to somebody who asked for it. */
export function showOnRequest(signal: boolean): void {
  updateBanner(true, signal);
  parts.banner!.tabIndex = -1; // show() made it
  parts.banner!.focus(); // likewise
}

let reopenNotice: string | undefined;

/** Marks the small button with a word, or takes the mark away. */
export function setReopenNotice(text: string): void {
  reopenNotice = text;
  updateReopenButton();
}

/** The small button shows where nothing on the page leads back, marked where a signal was honoured. */
export function updateReopenButton(): void {
  const hidden = isBannerOpen() || !!getRootElement().querySelector('[data-nod="preferences"]');
  if (hidden && !parts.return) return;
  getPart('return').hidden = hidden;
  if (HAS_EQUIVALENTS && reopenNotice != undefined)
    parts.return!.querySelector('.mark')!.textContent = reopenNotice || 'GPC'; // made above, by the server's HTML
  parts.return!.className = hasSignal || (HAS_EQUIVALENTS && reopenNotice) ? 'return gpc' : 'return'; // made above; whose name for screen readers is then "GPC", and its title beside it
}
