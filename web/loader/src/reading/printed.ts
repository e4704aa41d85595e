// What a reader of the printed page needs to know: where it is from, and from when.

/** Completes the line that heads the printed page. */
export function completePrinted(): void {
  const [address, date] = document.querySelectorAll('.printed span');
  if (!address || !date) return;
  addEventListener('beforeprint', () => {
    const { origin, pathname, search } = location;
    const query = new URLSearchParams(search);
    query.delete('key'); // a finder of the sheet must not open the request
    address.textContent = origin + pathname + (`${query}` && '?' + query);
    date.textContent = ' · ' + new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: 'long' });
  });
}
