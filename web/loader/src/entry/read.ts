// The script of the policy's page and of the lists. Both work without it: the server filters, and marks the words that
// are searched for. With it, this happens while the visitor types.
import { connectContents } from '../reading/contents';
import { connectLists } from '../reading/lists';
import { openRecords } from '../reading/own-records';
import { completePrinted } from '../reading/printed';
import { connectSearch } from '../reading/text-search';
import { localizeTimes } from '../reading/time';

/** Scrolls the strip of links, which is longer than a phone is wide. */
const scrollToLink = (e?: Element | null): void => e?.scrollIntoView({ block: 'nearest', inline: 'center' });

const links = document.querySelector('.tabs');
scrollToLink(document.querySelector('.tabs [aria-current]'));
links?.addEventListener('focusin', (e) => scrollToLink(e.target as Element));

// Not every browser opens the details that the address leads to.
document.getElementById(location.hash.slice(1))?.closest('details')?.setAttribute('open', '');

addEventListener('nod:part', connectLists);
connectLists();

const search = document.querySelector<HTMLFormElement>('.find');
if (search) connectSearch(search);

const contents = document.querySelector<HTMLDetailsElement>('.contents');
if (contents) connectContents(contents);

const ownRecords = document.querySelector<HTMLFormElement>('#nod-own');
if (ownRecords) openRecords(ownRecords);

localizeTimes();
completePrinted();
// A printed list shows all that the filter lets through, and a policy its changes.
addEventListener('beforeprint', () => {
  for (const d of document.querySelectorAll<HTMLDetailsElement>('.entry .aside, main > .summary')) d.open = true;
});

const printButton = document.querySelector<HTMLElement>('#nod-print');
if (printButton) {
  printButton.hidden = false;
  printButton.addEventListener('click', () => window.print());
}
