// What stands on a page beside its tagged elements: cards in the place of frames that are kept from loading (what would load
// there, from whom and for what, to be loaded once or always), and the contents of templates whose purpose is granted.
// more.js brings this to pages that have either.
import type { Card } from './config';
import type { Core } from './core';
import { html, make } from './dom';
import { needs } from './tags';

/** Set by the line that the server writes before the bundle. */
declare const __NOD__: Card;

const { html: card, css, names, separator, service: ofService } = __NOD__;
const LEAST = { width: 120, height: 60 }; // a smaller frame shows nobody anything, in px

/** Starts the cards; the result sees to those of the present state. */
export function start(core: Core): () => void {
  const cards = new Map<HTMLIFrameElement, { host: HTMLElement; was: string }>();
  const once = new Map<HTMLIFrameElement, string>(); // and the last decision when it was loaded
  let first: HTMLElement | undefined;

  const passes = (e: HTMLElement): boolean => !!needs(e)?.every(core.isGranted);

  function draw(e: HTMLIFrameElement): void {
    const address = new URL(e.dataset['src']!, html().baseURI); // it throws where nothing could be loaded
    const ids = needs(e);
    if (!ids || !ids.every((id) => Object.prototype.hasOwnProperty.call(names, id))) return;
    const { offsetWidth: width, offsetHeight: height } = e;
    if (width < LEAST.width || height < LEAST.height) return;
    if (!first) {
      first = core.add(card, '');
      first.remove();
    }
    const copy = first.cloneNode(true) as HTMLElement;
    const text = copy.querySelector('p')!;
    const purposes = ids.filter((id) => core.config.form.purposes.some((p) => p.id == id)).map((id) => names[id]);
    const service = e.dataset['service'] && names[e.dataset['service']];
    const behind = service ? ofService.replace('{service}', () => service) : '';
    text.textContent = text
      .textContent!.replace('{host}', () => address.hostname || address.href)
      .replace('{purposes}', () => purposes.join(separator) + behind);
    if (e.title) copy.setAttribute('aria-label', e.title);
    copy.querySelector('.once')!.addEventListener('click', () => {
      once.set(e, core.stored().decision);
      take(e);
      core.told(() => true);
      try {
        e.src = address.href;
      } finally {
        core.told(core.isGranted);
      }
      e.focus();
    });
    copy.querySelector('.always')!.addEventListener('click', () => {
      // What wants a consent of its own is asked with all that is to be said about it.
      if (core.config.form.purposes.some((p) => ids.includes(p.id) && p.separate)) core.preferences();
      else {
        core.save(Object.fromEntries(ids.map((id) => [id, 'granted'])), { previous: undefined, presentation: 'custom' });
        e.focus();
      }
    });
    const was = e.style.cssText;
    const host = make('div');
    host.className = e.className; // it has the frame's place and measures, however the page gives them
    host.style.cssText = was;
    for (const side of ['width', 'height'] as const) {
      const given = e.getAttribute(side);
      if (given && !host.style[side]) host.style[side] = /^\d+$/.test(given) ? given + 'px' : given;
    }
    if (getComputedStyle(e).display == 'inline') host.style.display = 'inline-block';
    host.style.maxWidth = '100%';
    const root = host.attachShadow({ mode: 'open' });
    style(root);
    root.append(copy);
    e.before(host);
    e.style.setProperty('display', 'none', 'important');
    cards.set(e, { host, was });
    if (host.offsetWidth < LEAST.width) host.style.width = width + 'px';
    if (host.offsetHeight < LEAST.height) host.style.height = height + 'px';
  }

  function style(root: ShadowRoot): void {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } catch {
      const s = make('style'); // Safari before 16.4, Chrome before 99
      s.textContent = css;
      root.append(s);
    }
  }

  /** Takes the frame's card away. */
  function take(e: HTMLIFrameElement): void {
    const card = cards.get(e);
    if (!card) return;
    cards.delete(e);
    e.style.cssText = card.was;
    card.host.remove();
  }

  // A card goes with its frame.
  new MutationObserver(() => {
    for (const e of [...cards.keys()]) if (!e.isConnected) take(e);
  }).observe(html(), { childList: true, subtree: true });

  const unfolded = new Map<HTMLTemplateElement, ChildNode[]>();

  /** Puts a copy of a template's content after it, or takes it away. */
  function unfold(e: HTMLTemplateElement): void {
    const was = unfolded.get(e);
    if (passes(e) == !!was) return;
    if (was) {
      for (const n of was) n.remove();
      unfolded.delete(e);
      return;
    }
    const copy = e.content.cloneNode(true) as DocumentFragment;
    copy.querySelectorAll('script').forEach((s) => {
      s.async = s.hasAttribute('async');
      e.dataset['nod'] = 'ran'; // which reload.ts looks for
    });
    unfolded.set(e, [...copy.childNodes]);
    e.after(copy);
  }

  return () => {
    html().querySelectorAll<HTMLTemplateElement>('template[data-category]').forEach((e) => core.attempt(() => unfold(e)));
    for (const [e, decision] of once)
      if (core.stored().decision != decision && needs(e)?.some((id) => core.question().states[id] == 'denied')) {
        once.delete(e);
        e.removeAttribute('src'); // it was refused since
      }
    for (const e of [...cards.keys()]) if (!e.isConnected || passes(e)) take(e);
    html().querySelectorAll<HTMLIFrameElement>('iframe[data-category][data-src]').forEach((e) => {
      if (!cards.has(e) && !once.has(e) && !passes(e)) core.attempt(() => draw(e));
    });
  };
}
