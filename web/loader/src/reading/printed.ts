// What a reader of the printed page needs to know: where it is from, and from when.

/** Completes the line that heads the printed page. */
export function completePrinted(): void {
  const address = document.querySelector('.printed .address');
  const date = document.querySelector('.printed .date');
  if (!address || !date) return;
  addEventListener('beforeprint', () => {
    const { origin, pathname, search } = location;
    const query = new URLSearchParams(search);
    query.delete('key'); // a finder of the sheet must not open the request
    address.textContent = origin + pathname + (`${query}` && '?' + query);
    date.textContent = ' · ' + new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: 'long' });
    // A list shows all that the filter lets through, and the policy its changes.
    for (const d of document.querySelectorAll<HTMLDetailsElement>('.entry .aside, main > .summary')) d.open = true;
  });
}
