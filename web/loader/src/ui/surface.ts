// The parts on the host page, in an open shadow root that the page's styles don't reach: the banner, the reopen button,
// and what more.js adds.
import { config, type PartName } from '../core/config';
import { createElement, getDocumentProperty, getRootElement, isParsing } from '../core/dom';
import { getTrustedPolicy } from '../core/trusted-types';

export const scriptTag = getDocumentProperty('currentScript') as HTMLScriptElement | null;
export const scriptNonce = (scriptTag && scriptTag.nonce) || '';
export let root: ShadowRoot;

let serverBase: string;
let onApproach: () => void;
let pageRoot = getRootElement();
let host: HTMLElement | undefined;
let hasSignal = false; // a GPC signal is honoured
let hasLostFocus = false; // the banner had the focus when it was hidden
let reopenNotice: string | undefined;
let changesCSS: string | undefined; // style of a banner that shows what is new
const parts: Partial<Record<PartName, HTMLElement>> = Object.create(null);
const addedStyles: string[] = [];

/** Sets the address of the server, and what to call when the visitor comes near one of our parts. Nothing is built
 * before it is shown. */
export function start(base: string, onNear: () => void): void {
  serverBase = base;
  onApproach = onNear;
}

/** Whether the page neither replaced its root nor removed our parts since the last update. */
export const isInPlace = (): boolean | null => (host || pageRoot) && (host || pageRoot).isConnected;

/** The part, which is built on first use. */
function getPart(name: PartName): HTMLElement {
  let part = parts[name];
  if (!part) {
    part = parts[name] = appendPart(config.html[name], config.css[name]);
    if (HAS_EQUIVALENTS && changesCSS && name == 'banner') addStyle(changesCSS);
  }
  attachHost();
  return part;
}

/** Adds a part to the page. Its style follows those that are there. */
function appendPart(html: string, ...css: string[]): HTMLElement {
  if (!host) {
    host = createElement('div');
    host.id = 'nod';
    host.addEventListener('pointerover', onApproach);
    root = host.attachShadow({ mode: 'open' });
  }
  for (const c of [config.css.reopen, ...css]) addStyle(c);
  const box = createElement('div'); // a template makes a document of its own, which takes time
  box.innerHTML = getTrustedPolicy().createHTML(html);
  const part = box.firstElementChild as HTMLElement;
  // The server does not know its own address, the script does.
  part.querySelectorAll<HTMLAnchorElement>('[data-page]').forEach((a) => (a.href = serverBase + a.dataset['page']));
  root.append(part);
  attachHost();
  return part;
}

/** Adds another part to the page, for more.js. */
export const addPart = (html: string, css: string): HTMLElement => appendPart(html, config.css.banner, css);

/** Puts our host on the page, next to body: body may not be there yet, and single-page apps replace it. The host is the
 * first of the two, because visitors see the banner first. There must be a part already. */
export function attachHost(): void {
  if (!host!.isConnected) getRootElement().insertBefore(host!, getDocumentProperty('body'));
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
    s.nonce = scriptNonce;
    s.textContent = css;
    root.append(s);
  }
}

/** Uses another banner from now on. */
export function replaceBanner(html: string, presentation: string, css?: string): void {
  if (config.html.banner == html) return;
  config.html.banner = html;
  config.presentation = presentation;
  hideBanner();
  if (parts.banner) parts.banner.remove();
  delete parts.banner;
  changesCSS = css;
}

/** Whether this is the element that all our parts are in. */
export const isOurs = (e: EventTarget | null): boolean => e === host;

export const isBannerOpen = (): boolean => !!parts.banner && !parts.banner.hidden;

/** Shows or hides the banner and the reopen button. */
export function updateBanner(isOpen: boolean, isUnderSignal: boolean): void {
  hasSignal = isUnderSignal;
  pageRoot = getRootElement();
  if (!isOpen) hideBanner();
  else getPart('banner').hidden = false;
  // The server renders it.
  if (parts.banner) parts.banner.querySelector<HTMLElement>('#nod-signal')!.hidden = !hasSignal;
  if (isParsing()) addEventListener('readystatechange', updateReopenButton, true);
  else updateReopenButton();
}

/** Returns, once, whether the banner had the focus when it was hidden. */
export function takeLostFocus(): boolean {
  const hasLost = hasLostFocus;
  hasLostFocus = false;
  return hasLost;
}

/** Hides the banner, and changes nothing else. */
export function hideBanner(): void {
  const { banner } = parts;
  if (!banner) return;
  hasLostFocus = hasLostFocus || banner.contains(root.activeElement);
  banner.hidden = true;
}

/** Shows the banner to a visitor who asked for it. */
export function showOnRequest(isUnderSignal: boolean): void {
  updateBanner(true, isUnderSignal);
  const banner = getPart('banner');
  banner.tabIndex = -1;
  banner.focus();
}

/** Shows a notice on the reopen button; '' removes it. */
export function setReopenNotice(text: string): void {
  reopenNotice = text;
  updateReopenButton();
}

/** Shows the reopen button, unless the page has a button of its own. The button has a notice if something is new or a
 * signal is honoured: for screen readers its name is then "GPC", followed by its title. */
export function updateReopenButton(): void {
  const isHidden = isBannerOpen() || !!getRootElement().querySelector('[data-nod="preferences"]');
  if (isHidden && !parts.reopen) return;
  const button = getPart('reopen');
  button.hidden = isHidden;
  // The server renders the mark.
  if (HAS_EQUIVALENTS && reopenNotice != undefined) button.querySelector('.mark')!.textContent = reopenNotice || 'GPC';
  button.className = hasSignal || (HAS_EQUIVALENTS && reopenNotice) ? 'reopen gpc' : 'reopen';
}
