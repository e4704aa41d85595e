// Where the answers are kept: by the app, where it gave back what it kept or says hello; else as on any page, in the cookie and in
// localStorage. Before the first choice nothing is written anywhere, and with an app nothing ever is.
import { attempt } from '../attempt';
import * as keep from '../keep';
import { encodeCookie, nothing, Stored } from '../rules';
import type { External } from './bridge';

/** Who is under age: a guardian consents for a child, and beside those who are older. The app keeps that, and nobody else learns it. */
export type Minor = 'child' | 'teen';

export interface Store {
  minor: () => Minor | undefined;
  grow: (m: Minor | undefined) => void; // from the next write on
  hosted: boolean; // by an app
  host: () => void; // from now on
  read: () => Stored;
  readLocal: () => keep.Local;
  /** Keeps both at once, so that nothing is kept of one choice and not of the other. */
  write: (s: Stored, l: keep.Local) => void;
  writeLocal: (l: keep.Local) => void;
  external: () => External;
}

/** What the app kept, beside the answers that keep.ts reads of it. */
const given = keep.app as Partial<External> | undefined;

export function makeStore(kept: (e: External) => void): Store {
  let stored: Stored;
  let minor: Minor | undefined;
  let local: keep.Local = { subject: '', secret: '', queue: [], receipt: undefined };
  const s: Store = {
    hosted: false,
    minor: () => minor,
    grow: (m) => void (minor = m),
    host() {
      if (s.hosted) return;
      stored = attempt(keep.read) || nothing;
      local = keep.readLocal();
      s.hosted = true;
      attempt(() => {
        const { subject, secret, queue, receipt, minor: young } = given!;
        minor = (['child', 'teen'] as const).find((m) => m == young);
        if (/^[\w-]{43}$/.test(secret + '') && subject == stored.subject) local = { ...local, subject: stored.subject, secret: secret! };
        local = { ...local, queue: Array.isArray(queue) ? (queue as keep.Sent[]) : [], receipt: receipt as keep.Receipt | undefined };
      });
    },
    read: () => (s.hosted ? stored : keep.read()),
    readLocal: () => (s.hosted ? local : keep.readLocal()),
    write(next, l) {
      if (!s.hosted) {
        keep.write(next);
        keep.writeLocal(l);
      }
      stored = next;
      local = l;
    },
    writeLocal(l) {
      local = l;
      if (s.hosted) kept(s.external());
      else keep.writeLocal(l);
    },
    external() {
      const { subject, secret, queue, receipt } = s.readLocal();
      const now = s.read();
      return { cookie: now.decision ? encodeCookie(now) : '', subject, secret, queue, receipt, ...(minor && { minor }) };
    },
  };
  if (given) s.host();
  return s;
}
