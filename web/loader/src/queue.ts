// What waits to be sent. It is kept before anything else happens, so that no choice gets lost on the way.
import { Local, Sent, writeLocal } from './keep';

const MOST = 100; // decisions kept for later

/** Keeps the decision until the server has it. Whoever makes so many off line loses grants first: a refusal that does
 * not arrive would leave a grant standing. */
export function queue(local: Local, d: Sent): void {
  const all = local.queue.concat(d);
  if (all.length > MOST) all.splice(Math.max(0, all.findIndex((s) => !s.body.includes('"denied"'))), 1);
  writeLocal({ ...local, queue: all });
}
