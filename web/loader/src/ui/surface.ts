// The parts on the host page, in an open shadow root that the page's styles don't reach: the banner, the reopen button,
// and what more.js adds.
import { attempt } from '../core/attempt';
import { config } from '../core/config';
import { createElement, getDocumentProperty, getRootElement, isParsing, setMarkup } from '../core/dom';
import { getTrustedPolicy } from '../core/trusted-types';

export const scriptTag = getDocumentProperty('currentScript') as HTMLScriptElement | null;
export const scriptNonce = (scriptTag && scriptTag.nonce) || '';
export let root: ShadowRoot;

let serverBase: string;
let onPreferencesApproached: () => void;
let pageRoot = getRootElement();
let host: HTMLElement | undefined;
// Each is built on first use: most visits need the reopen button, or nothing.
let banner: HTMLElement | undefined;
let reopenButton: HTMLElement | undefined;
let hasSignal = false; // a GPC signal is honoured
let reopenNotice: string | undefined;
let changesCSS = ''; // style of a banner that shows what is new
const addedStyles = [''];

/** Sets the address of the server, and what to call when the pointer is on a button that opens the preferences. Nothing
 * is built before it is shown. */
export function start(base: string, onApproach: () => void): void {
  serverBase = base;
  onPreferencesApproached = onApproach;
}

/** Whether the page neither replaced its root nor removed our parts since the last update. */
export function isInPlace(): boolean | null {
  const e = host || pageRoot;
  return e && e.isConnected;
}

/** Makes sure that our parts are on the page, next to body: body may not be there yet, and single-page apps replace it.
 * The host is the first of the two, because visitors see the banner first. */
export function attachHost(): void {
  if (!host) {
    host = createElement('span'); // no <div>: it would be the first that a page finds
    host.id = 'nod';
    host.textContent = ' '; // a page may hide each element that is empty, and a copy of the page shows text
    root = host.attachShadow({ mode: 'open' });
    root.addEventListener('mouseover', onMouseOver); // Chromium takes half a millisecond for the first 'pointerover'
    addStyle(config.css);
  }
  if (!host.isConnected) getRootElement().insertBefore(host, getDocumentProperty('body'));
}

/** The other buttons need nothing that takes long, and what they allow is to load at once. */
function onMouseOver({ target }: Event): void {
  if ((target as Element).closest('[data-nod=preferences]')) onPreferencesApproached();
}

/** Adds a part to the page. Its style follows those that are there. */
export function addPart(html: string, css = ''): HTMLElement {
  attachHost();
  addStyle(css);
  const box = createElement('div'); // a template makes a document of its own, which takes time
  setMarkup.call(box, getTrustedPolicy().createHTML(html));
  const part = box.firstElementChild as HTMLElement;
  // The server does not know its own address, the script does.
  part.querySelectorAll<HTMLAnchorElement>('[data-page]').forEach((a) => (a.href = serverBase + a.dataset['page']));
  root.append(part);
  return part;
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
export function replaceBanner(html: string, presentation: string, css = ''): void {
  if (config.html.banner == html) return;
  config.html.banner = html;
  config.presentation = presentation;
  hideBanner();
  if (banner) banner.remove();
  banner = undefined;
  changesCSS = css;
}

/** Whether this is the element that all our parts are in. */
export const isOurs = (e: EventTarget | null): boolean => e === host;

export const isBannerOpen = (): boolean => !!banner && !banner.hidden;

/** Shows or hides the banner and the reopen button. */
export function updateBanner(isOpen: boolean, isUnderSignal: boolean): void {
  hasSignal = isUnderSignal;
  pageRoot = getRootElement();
  if (isOpen) {
    attachHost();
    banner = banner || addPart(config.html.banner, changesCSS);
    banner.hidden = false;
  } else hideBanner();
  // The server renders it.
  if (banner) banner.querySelector<HTMLElement>('#nod-signal')!.hidden = !hasSignal;
  if (isParsing()) addEventListener('readystatechange', onParsed, true);
  else updateReopenButton();
}

const onParsed = (): void => attempt(updateReopenButton);

/** Hides the banner, and changes nothing else. */
export function hideBanner(): void {
  if (banner) banner.hidden = true;
}

/** Shows the banner to a visitor who asked for it. */
export function showOnRequest(isUnderSignal: boolean): void {
  updateBanner(true, isUnderSignal);
  if (!banner) return;
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
  const isHidden = isBannerOpen() || !!getRootElement().querySelector('[data-nod=preferences]');
  if (isHidden && !reopenButton) return;
  attachHost();
  reopenButton = reopenButton || addPart(config.html.reopen);
  reopenButton.hidden = isHidden;
  const mark = reopenButton.querySelector<HTMLElement>('.mark')!; // the server renders it
  if (HAS_EQUIVALENTS && reopenNotice != undefined) mark.textContent = reopenNotice || 'GPC';
  mark.hidden = HAS_EQUIVALENTS ? !hasSignal && !reopenNotice : !hasSignal;
}
