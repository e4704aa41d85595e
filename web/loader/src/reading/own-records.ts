// Opens the visitor's own records with their key: the one that the preferences put after "#", or the one that the
// storage of this host has, where the visitor chose on one of its pages.
import { attempt } from '../core/attempt';

interface Key {
  subject?: string | undefined;
  secret?: string | undefined;
}

function readHash(): Key {
  const [subject, secret] = location.hash.slice(1).split('.');
  return { subject, secret };
}

const readStorage = (): Key => attempt(() => JSON.parse(localStorage.getItem('nod') || '0') as Key) || {};

/** Fills in the form that opens the records. With the preferences' key it is sent at once: the visitor asked for it
 * there. */
export function openRecords(form: HTMLFormElement): void {
  const given = readHash();
  if (given.secret) history.replaceState(null, '', location.pathname + location.search);
  const key = given.secret ? given : readStorage();
  for (const name of ['subject', 'secret'] as const) {
    const field = form.querySelector<HTMLInputElement>('[name=' + name + ']');
    if (!field || !key[name]) return;
    field.value = key[name];
  }
  form.hidden = false;
  if (given.secret) form.submit();
}
