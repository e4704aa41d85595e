// Texts and lists are parts of other pages of ours. They are loaded when the visitor opens them. If one can't be
// loaded, the link to its page remains.
import { findElement } from '../core/find';
import { fetchText, importAssets, parsePage } from '../ui/import-part';
import { page } from './page';

const pages = new Map<string, Promise<Document>>();

function loadPage(url: string): Promise<Document> {
  let loaded = pages.get(url);
  if (!loaded) {
    loaded = fetchText(url).then(parsePage);
    loaded.catch(() => pages.delete(url));
    pages.set(url, loaded);
  }
  return loaded;
}

/** Loads the part that a details element is for. */
export function onToggle(e: Event): void {
  const d = e.target as HTMLDetailsElement;
  if (d.open && d.matches('.purpose > *, #nod-policy *')) closeOthers(d);
  const part = d.querySelector<HTMLElement>(':scope>.part,:scope>*>.part')?.dataset['part'];
  if (!part) return d.scrollIntoView(); // what is asked separately is a page of its own
  if (!d.open) return;
  // It is found again each time: the WebAssembly program replaces the form.
  const findPlace = (): HTMLElement => findElement(document, '[data-part="' + part + '"]');
  if (findPlace().firstElementChild?.matches('.failed')) findPlace().textContent = '';
  if (findPlace().firstChild) return;
  const [url, id] = part.split('#') as [string, string];
  findPlace().ariaBusy = 'true';
  loadPage(url)
    .then((from) => {
      const copy = copyPart(from, id);
      if (!findPlace().firstChild) findPlace().append(copy);
      importAssets(from, url, 'link[rel=stylesheet]', 'script[src]');
      dispatchEvent(new Event('nod:part'));
    })
    .catch(() => findPlace().append(makeFailureNote()))
    .then(() => (findPlace().ariaBusy = null));
}

/** Closes the details of other purposes where there is one place for all, beside the list. */
function closeOthers(e: Element): void {
  for (const other of document.querySelectorAll<HTMLDetailsElement>('.purpose > [open]'))
    if (!other.contains(e) && getComputedStyle(other.lastElementChild!).position == 'fixed') other.open = false;
}

/** Uncovers the policy's texts for a visitor who comes to them: the details of a purpose are at the same place. */
export function uncoverPolicy(e: Event): void {
  const target = e.target as Element;
  if (target.closest('#nod-policy')) closeOthers(target);
}

/** Copies a part. Of a list's entry it takes the contents, because its name is here already; of a page everything, one
 * level of headings lower. */
function copyPart(from: Document, id: string): HTMLElement {
  const part = findElement(from, '#' + CSS.escape(id));
  const copy = document.importNode(part.localName == 'li' ? findElement(part, 'dl') : part, true);
  copy.querySelectorAll('h2,h3,h4').forEach((h) => h.setAttribute('aria-level', +h.localName.slice(1) + 1 + ''));
  return copy;
}

function makeFailureNote(): HTMLElement {
  const p = document.createElement('p');
  p.className = 'note failed';
  p.role = 'status';
  p.textContent = page.failed;
  return p;
}
