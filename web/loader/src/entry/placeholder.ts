// What stands on a page beside its tagged elements: cards in the place of frames that are kept from loading (what would
// load there, from whom and for what, to be loaded once or always), and the contents of templates whose purpose is
// granted. more.js brings this to pages that have either.
//
// A frame is in one of these states:
//
//     blocked ──card drawn──▶ behind its card ──once──▶ loaded once ──refused since──▶ blocked
//                                 └──granted, or removed──▶ the card goes; the gate loads the frame
import { attempt } from '../core/attempt';
import type { Card } from '../core/config';
import type { Core } from '../core/core';
import { html, make } from '../core/dom';
import { find } from '../core/find';
import { needs } from '../core/tags';
import { startTemplates } from '../gate/templates';

/** Set by the line that the server writes before the bundle. */
declare const __NOD__: Card;

const { html: card, css, names, separator, service: ofService } = __NOD__;
const LEAST = { width: 120, height: 60 }; // a smaller frame shows nobody anything, in px

let core: Core;
let template: HTMLElement | undefined; // of all cards
const cards = new Map<HTMLIFrameElement, { host: HTMLElement; was: string }>(); // and how the frame was styled before
const loadedOnce = new Map<HTMLIFrameElement, string>(); // and the last decision then

/** Starts the cards; the result sees to those of the present state. */
export function start(from: Core): () => void {
  core = from;
  // A card goes with its frame.
  new MutationObserver(() => removeCards((e) => !e.isConnected)).observe(html(), { childList: true, subtree: true });
  const unfold = startTemplates(isGranted);
  return () => {
    unfold();
    unloadRefused();
    removeCards((e) => !e.isConnected || isGranted(e));
    html()
      .querySelectorAll<HTMLIFrameElement>('iframe[data-category][data-src]')
      .forEach((e) => {
        if (!cards.has(e) && !loadedOnce.has(e) && !isGranted(e)) attempt(() => draw(e));
      });
  };
}

const isGranted = (e: HTMLElement): boolean => !!needs(e)?.every(core.isGranted);

/** What was loaded once goes, where it was refused since. */
function unloadRefused(): void {
  const isRefused = (id: string): boolean => core.question().states[id] == 'denied';
  for (const [e, decision] of loadedOnce) {
    if (core.stored().decision == decision || !needs(e)?.some(isRefused)) continue;
    loadedOnce.delete(e);
    e.removeAttribute('src');
  }
}

/** Puts a card in the place of a frame, where the frame is large enough for one and all its names are known. */
function draw(e: HTMLIFrameElement): void {
  const address = new URL(e.dataset['src'] || '', html().baseURI); // it throws where nothing could be loaded
  const ids = needs(e);
  const isKnown = (id: string): boolean => Object.prototype.hasOwnProperty.call(names, id);
  if (!ids?.every(isKnown) || e.offsetWidth < LEAST.width || e.offsetHeight < LEAST.height) return;
  const copy = cloneCard();
  describe(copy, e, ids, address);
  find(copy, '.once').addEventListener('click', () => loadOnce(e, address));
  find(copy, '.always').addEventListener('click', () => allow(e, ids));
  place(copy, e);
}

function cloneCard(): HTMLElement {
  if (!template) {
    template = core.add(card, '');
    template.remove();
  }
  return template.cloneNode(true) as HTMLElement;
}

/** Says in the card what would load, from whom and for what. */
function describe(copy: HTMLElement, e: HTMLIFrameElement, ids: string[], address: URL): void {
  const text = find(copy, 'p');
  const purposes = ids.filter((id) => core.config.form.purposes.some((p) => p.id == id)).map((id) => names[id]);
  const service = e.dataset['service'] && names[e.dataset['service']];
  const behind = service ? ofService.replace('{service}', () => service) : '';
  text.textContent = (text.textContent || '')
    .replace('{host}', () => address.hostname || address.href)
    .replace('{purposes}', () => purposes.join(separator) + behind);
  if (e.title) copy.setAttribute('aria-label', e.title);
}

/** Loads the frame on this page only. */
function loadOnce(e: HTMLIFrameElement, address: URL): void {
  loadedOnce.set(e, core.stored().decision);
  removeCard(e);
  core.told(() => true);
  try {
    e.src = address.href;
  } finally {
    core.told(core.isGranted);
  }
  e.focus();
}

/** Grants what the frame needs. What wants a consent of its own is asked with all that is to be said about it. */
function allow(e: HTMLIFrameElement, ids: string[]): void {
  if (core.config.form.purposes.some((p) => ids.includes(p.id) && p.separate)) return core.preferences();
  core.save(Object.fromEntries(ids.map((id) => [id, 'granted'])), { previous: undefined, presentation: 'custom' });
  e.focus();
}

/** Puts the card before the frame, with the frame's place and measures, however the page gives them. */
function place(copy: HTMLElement, e: HTMLIFrameElement): void {
  const { offsetWidth: width, offsetHeight: height } = e;
  const was = e.style.cssText;
  const host = make('div');
  host.className = e.className;
  host.style.cssText = was;
  for (const side of ['width', 'height'] as const) {
    const given = e.getAttribute(side);
    if (given && !host.style[side]) host.style[side] = /^\d+$/.test(given) ? given + 'px' : given;
  }
  if (getComputedStyle(e).display == 'inline') host.style.display = 'inline-block';
  host.style.maxWidth = '100%';
  const root = host.attachShadow({ mode: 'open' });
  addStyle(root);
  root.append(copy);
  e.before(host);
  e.style.setProperty('display', 'none', 'important');
  cards.set(e, { host, was });
  if (host.offsetWidth < LEAST.width) host.style.width = width + 'px';
  if (host.offsetHeight < LEAST.height) host.style.height = height + 'px';
}

function addStyle(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Safari before 16.4, Chrome before 99: nothing else says what they can do
    const s = make('style');
    s.textContent = css;
    root.append(s);
  }
}

function removeCard(e: HTMLIFrameElement): void {
  const card = cards.get(e);
  if (!card) return;
  cards.delete(e);
  e.style.cssText = card.was;
  card.host.remove();
}

function removeCards(isDue: (e: HTMLIFrameElement) => boolean): void {
  for (const e of [...cards.keys()]) if (isDue(e)) removeCard(e);
}
