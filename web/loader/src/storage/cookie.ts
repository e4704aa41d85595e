// The cookie's format (app/consent/cookie.go describes it). Go and TypeScript pass the same vectors.
import { splitAt } from '../core/list';
import { getDay, packUUID, unpackUUID } from '../core/uuid';
import { addAnswer, Answer, Stored } from '../core/evaluate';

/** consent.EncodeCookie; the format is written down there. */
export function encodeCookie(s: Stored): string {
  const write = (named: boolean): string => {
    let text = '1.' + packUUID(s.decision) + '.' + packUUID(s.subject);
    for (const a of s.answers) {
      const letter = a.granted ? 'g' : 'd';
      text +=
        '.' +
        (named && a.id ? a.id + ':' : '') +
        (a.gpc ? letter.toUpperCase() : letter) +
        a.hash +
        (a.day == getDay(s.decision) ? '' : Math.min(a.day, 46655).toString(36).padStart(3, '0'));
    }
    return text;
  };
  const named = write(true);
  return named.length > 512 || named.includes('--') ? write(false) : named;
}

/** consent.DecodeCookie, with undefined for what can't be read. */
export function decodeCookie(value: string): Stored | undefined {
  const [version, d, s, ...entries] = splitAt(value, '.');
  const decision = unpackUUID(d || '', 7);
  const subject = unpackUUID(s || '', 4);
  if (value.length > 3900 || version != '1' || !decision || !subject || entries.length > 300) return;
  const answers: Answer[] = [];
  for (const entry of entries) {
    const m = /^(?:([a-z][a-z0-9-]{0,31}):)?([gdGD])([\w-]{6})([0-9a-z]{3})?$/.exec(entry);
    if (!m) return;
    const [, id = '', letter = '', hash = '', day] = m;
    addAnswer(answers, {
      id,
      hash,
      granted: letter.toLowerCase() == 'g',
      day: day ? parseInt(day, 36) : getDay(decision),
      gpc: letter < 'a',
    });
  }
  return { decision, subject, answers };
}
