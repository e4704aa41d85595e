// Keeps the page when a script that starts late calls document.write, which would replace the page. What it writes
// comes after the script, as it would have while the page was parsed.
import { attempt } from '../core/attempt';
import { getDocumentProperty } from '../core/dom';
import { getTrustedPolicy } from '../core/trusted-types';

/** Runs f, which runs the script of this element. */
export function keepPage(e: Element, f: () => void): void {
  let written = '';
  const write = (...texts: unknown[]): void => void (written += texts.join(''));
  const stubs: Record<string, unknown> = {
    write,
    writeln: (...texts: unknown[]) => write(...texts, '\n'),
    open: () => document,
    close: () => {},
  };
  const range = getDocumentProperty('createRange').call(document); // stays in place if the script removes itself
  attempt(() => range.setStartAfter(e));
  const d = document as unknown as Record<string, unknown>;
  // A page may have replaced some of them.
  const names = Object.keys(stubs).filter((name) => !Object.prototype.hasOwnProperty.call(d, name));
  for (const name of names) d[name] = stubs[name];
  try {
    f();
  } finally {
    for (const name of names) if (d[name] == stubs[name]) delete d[name];
    if (written) attempt(() => insertMarkup(range, written));
  }
}

function insertMarkup(range: Range, html: string): void {
  const content = range.createContextualFragment(getTrustedPolicy().createHTML(html));
  content.querySelectorAll('script').forEach((s) => (s.async = s.hasAttribute('async')));
  range.insertNode(content);
}
