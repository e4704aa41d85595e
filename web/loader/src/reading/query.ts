// What the visitor searches for, in a list or in the text.
import { findElement } from '../core/find';

const isWholePage = document.body.className == 'reading'; // not a part in the preferences

const FULL_WIDTH_DISTANCE = 0xfee0; // between a full-width character and its ASCII form
const PLAIN_FORMS: Record<string, string> = { '\u3000': ' ', '\u00a0': ' ', '‘': "'", '’': "'", '“': '"', '”': '"' };

/** Folds a text as widget.Fold does. Each character stays one, even if its lower case has two. */
export const fold = (text: string): string =>
  // biome-ignore lint/correctness/noEmptyCharacterClassInRegex: [^] is any character, line breaks too
  text.replace(/[^]/g, (c) => {
    const plain =
      PLAIN_FORMS[c] || (c >= '！' && c <= '～' ? String.fromCharCode(c.charCodeAt(0) - FULL_WIDTH_DISTANCE) : c);
    const low = plain.toLowerCase();
    return low.length > 1 ? plain : low;
  });

/** Puts the query into the page's address, so that the visitor can send it to someone. */
export function rememberQuery(form: HTMLFormElement): void {
  if (!isWholePage) return;
  const q = new URLSearchParams();
  new FormData(form).forEach((value, name) => value && q.append(name, value as string));
  history.replaceState(null, '', '?' + q + location.hash);
}

/** Runs search with each change of the form, in place of the server. */
export function searchWhileTyping(form: HTMLFormElement, search: () => void): void {
  form.addEventListener('submit', (e) => e.preventDefault());
  form.addEventListener('input', () => {
    search();
    rememberQuery(form);
  });
  findElement(form, '[type=submit]').hidden = true;
}
