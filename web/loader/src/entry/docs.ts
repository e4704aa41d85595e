// The script of the documentation's pages, beside read.js: the search.
import { connectDocsSearch } from '../reading/docs-search';

const form = document.querySelector<HTMLFormElement>('.docs-search');
if (form) connectDocsSearch(form);
