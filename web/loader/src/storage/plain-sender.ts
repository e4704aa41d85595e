// Sends decisions where more.js can't be had. There, send-queue.ts does it.
import { readLocal, writeLocal } from './storage';
import { postDecision } from './transport';

/** Sends what waits to this address, in order. What the server does not take stays in the queue. It fails offline. */
export async function sendPlainly(url: string): Promise<void> {
  for (const d of readLocal().queue)
    if (d.url == url && (await postDecision(d)).ok) {
      const local = readLocal();
      writeLocal({ ...local, queue: local.queue.filter((s) => s.id != d.id) });
    }
}
