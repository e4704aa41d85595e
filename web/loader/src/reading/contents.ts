// The contents beside a long text: open where there is room, and with a mark at the section that is being read.
const WIDE = '(min-width: 801px)'; // as reading.css

export function connectContents(contents: HTMLDetailsElement): void {
  const room = matchMedia(WIDE);
  contents.open = room.matches;
  room.addListener(() => (contents.open = room.matches)); // Safari before 14 knows no other name
  // On a phone it is a sheet. What is around it closes it, too.
  contents.addEventListener('click', (e) => {
    const on = e.target as Element;
    if (room.matches) return;
    if (on.closest('a')) contents.open = false;
    else if (on == contents || on.closest('.close')) close();
  });
  contents.addEventListener('keydown', (e) => {
    if (!room.matches && contents.open && e.key == 'Escape') close();
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

  function close(): void {
    const hadFocus = contents.contains(document.activeElement);
    contents.open = false;
    if (hadFocus) contents.querySelector('summary')?.focus();
  }

  function markFirst(entries: IntersectionObserverEntry[]): void {
    const seen = entries.find((e) => e.isIntersecting);
    if (!seen) return;
    for (const [heading, link] of links)
      if (heading == seen.target) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
  }
}
