// The script of the documentation's pages, beside read.js: the search, and tables that keys can scroll.
import { connectDocsSearch } from '../reading/docs-search';

const form = document.querySelector<HTMLFormElement>('.docs-search');
if (form) connectDocsSearch(form);

// Only what scrolls is a stop for the Tab key.
function markScrolling(): void {
  for (const box of document.querySelectorAll('.table'))
    if (box.scrollWidth > box.clientWidth) box.setAttribute('tabindex', '0');
    else box.removeAttribute('tabindex');
}
addEventListener('resize', markScrolling);
markScrolling();
