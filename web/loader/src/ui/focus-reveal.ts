// Keeps the focused element out from under the banner (WCAG 2.2, 2.4.11). It scrolls what the visitor could scroll,
// too; otherwise the page would stay scrolled. Where nothing scrolls, the banner makes room.
import { getDocumentProperty, getRootElement } from '../core/dom';

const MARGIN = 8; // between the focused element and the banner, in px
const ENOUGH = 44; // of an element above the banner, in px: a line of a long text, or a button

// What has space at its end, with the page's own styles.
const spaced = new Map<HTMLElement, { paddingBottom: string; boxSizing: string }>();

/** Reveals the focused element of the page. */
export function revealFocus(banner: HTMLElement): void {
  const focused = findFocusedElement();
  if (!focused || banner.contains(focused)) return;
  moveBanner(banner, false);
  const getCovered = (): number => {
    const r = focused.getBoundingClientRect();
    const b = banner.getBoundingClientRect();
    // What is long stays where it is: the visitor may just have clicked into the part that is seen.
    const isCovered =
      r.bottom > b.top &&
      Math.max(r.top, 0) > b.top - ENOUGH &&
      r.top < b.bottom &&
      r.right > b.left &&
      r.left < b.right;
    return isCovered ? r.bottom - b.top + MARGIN : 0;
  };
  const scrollers = listScrollers(focused);
  const scroll = (): boolean => scrollers.some((s) => !scrollOut(s, getCovered));
  if (!getCovered() || scroll()) return;
  if (scrollers[0]) {
    addSpace(scrollers[0], banner.getBoundingClientRect().top); // it ends too early
    if (scroll()) return;
  }
  moveBanner(banner, true);
  if (getCovered()) moveBanner(banner, false); // too large for both places
}

/** The element with the focus, also in open shadow roots. */
function findFocusedElement(): HTMLElement | null {
  let e = document.activeElement as HTMLElement | null;
  while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement as HTMLElement;
  return e;
}

/** What the visitor can scroll to move this element, from the inside out. */
function listScrollers(e: HTMLElement): HTMLElement[] {
  const all: HTMLElement[] = [];
  const root = getRootElement();
  const getOverflow = (n: Element): string => getComputedStyle(n).overflowY;
  for (let n: Node | null = e; n; n = n.parentNode || (n as ShadowRoot).host) {
    if (n.nodeType != 1 || n == root || n == getDocumentProperty('body')) continue;
    const isPlaceholder = (n as Element).matches('.placeholder') && (n.parentNode as ShadowRoot).host; // ours
    if (n != e && !isPlaceholder && /auto|scroll/.test(getOverflow(n as Element))) all.push(n as HTMLElement);
    if (getComputedStyle(n as Element).position == 'fixed') return all;
  }
  const canScroll = [root, getDocumentProperty('body')].every((n) => !/hidden|clip/.test(getOverflow(n)));
  return canScroll ? all.concat((document.scrollingElement as HTMLElement | null) || root) : all;
}

/** Scrolls what is covered into view, and returns how much is still covered. What scrolling does not help stays where
 * it was. */
function scrollOut(s: HTMLElement, getCovered: () => number): number {
  const before = getCovered();
  const scrollBy = (top: number): void => s.scrollBy({ top, behavior: 'instant' });
  const { scrollTop } = s;
  scrollBy(before);
  if (getCovered() < before) return getCovered();
  scrollBy(scrollTop - s.scrollTop);
  return before;
}

/** Leaves space at the end of what scrolls, from this height of the window down. */
function addSpace(s: HTMLElement, top: number): void {
  const end = s == document.scrollingElement ? innerHeight : s.getBoundingClientRect().bottom;
  const { style, offsetHeight } = s;
  if (!spaced.has(s)) spaced.set(s, { paddingBottom: style.paddingBottom, boxSizing: style.boxSizing });
  style.paddingBottom = Math.max(0, end - top) + MARGIN + 'px';
  // An element with a height of its own would grow, and what is around it would have to scroll.
  if (s != document.scrollingElement && s.offsetHeight > offsetHeight) style.boxSizing = 'border-box';
}

/** Removes the space again. */
export function removeSpace(): void {
  for (const [s, own] of spaced) {
    Object.assign(s.style, own);
    if (!s.getAttribute('style')) s.removeAttribute('style');
  }
  spaced.clear();
}

function moveBanner({ style }: HTMLElement, isUp: boolean): void {
  style.top = isUp ? '0' : '';
  style.bottom = isUp ? 'auto' : '';
}
