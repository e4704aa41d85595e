// The contents beside a long text: open where there is room, and with a mark at the section that is being read.
const WIDE = '(min-width: 801px)'; // as reading.css

export function connectContents(contents: HTMLDetailsElement): void {
  const room = matchMedia(WIDE);
  contents.open = room.matches;
  room.addListener(() => (contents.open = room.matches)); // Safari before 14 knows no other name
  contents.addEventListener('click', (e) => {
    if ((e.target as Element).closest('a') && !room.matches) contents.open = false;
  });
  if (!window.IntersectionObserver) return;
  const links = new Map<Element, Element>();
  const watcher = new IntersectionObserver(markFirst, { rootMargin: '0px 0px -60% 0px' });
  for (const link of contents.querySelectorAll<HTMLAnchorElement>('a')) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!heading) continue;
    links.set(heading, link);
    watcher.observe(heading);
  }

  function markFirst(entries: IntersectionObserverEntry[]): void {
    const seen = entries.find((e) => e.isIntersecting);
    if (!seen) return;
    for (const [heading, link] of links)
      if (heading == seen.target) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
  }
}
