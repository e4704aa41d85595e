// Where the answers are kept: by the app, where it gave back what it kept or says hello; else as on any page, in the
// cookie and in localStorage. Before the first choice nothing is written anywhere, and with an app nothing ever is.
import { attempt } from '../core/attempt';
import * as keep from '../storage/storage';
import { encodeCookie } from '../storage/cookie';
import { nothing, Stored } from '../core/rules';
import type { External } from './bridge';

/** How old somebody is: a guardian consents for a child, and beside those who are older. The app keeps that, and nobody
 * else learns it; without an app it is known as long as the page is open. */
export type Age = 'child' | 'teen' | 'adult';

export interface Store {
  age: () => Age | undefined;
  setAge: (a: Age) => void; // before the first decision, it is kept with that
  hosted: boolean; // by an app
  host: () => void; // from now on
  read: () => Stored;
  readLocal: () => keep.Local;
  /** Keeps both at once, so that nothing is kept of one choice and not of the other. */
  write: (s: Stored, l: keep.Local) => void;
  writeLocal: (l: keep.Local) => void;
  alone: () => void; // what was just written has reached no app: the browser keeps it after all
  external: () => External;
}

/** What the app kept, beside the answers that keep.ts reads of it. */
const given = keep.app as Partial<External> | undefined;

/** What the browser holds of this subject, with what the app gave back of the same one. */
function merge(local: keep.Local, owner: string, { subject, secret, queue, receipt }: Partial<External>): keep.Local {
  const isOwn = typeof secret == 'string' && /^[\w-]{43}$/.test(secret) && subject == owner;
  return {
    ...local,
    ...(isOwn && { subject: owner, secret }),
    queue: local.queue.concat(Array.isArray(queue) ? (queue as keep.Sent[]) : []),
    receipt: (receipt || local.receipt) as keep.Receipt | undefined,
  };
}

/** kept tells the app, and says whether it took that. */
export function makeStore(kept: (e: External) => boolean): Store {
  let stored: Stored;
  let age: Age | undefined;
  let local: keep.Local = { subject: '', secret: '', queue: [], receipt: undefined };
  const s: Store = {
    hosted: false,
    age: () => age,
    setAge(a) {
      age = a;
      if (s.hosted && stored.decision) kept(s.external());
    },
    host() {
      if (s.hosted) return;
      stored = attempt(keep.read) || nothing;
      local = keep.readLocal();
      s.hosted = true;
      if (!given) return;
      age = age || (['child', 'teen', 'adult'] as const).find((a) => a === given.age);
      local = merge(local, stored.subject, given);
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
      if (!s.hosted || !kept(s.external())) keep.writeLocal(l);
    },
    alone() {
      if (!s.hosted) return;
      keep.write(stored);
      keep.writeLocal(local);
    },
    external() {
      const { subject, secret, queue, receipt } = s.readLocal();
      const now = s.read();
      return { cookie: now.decision ? encodeCookie(now) : '', subject, secret, queue, receipt, ...(age && { age }) };
    },
  };
  if (given) s.host();
  return s;
}
