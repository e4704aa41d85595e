// Deletes the person's own records on the server, with the subject's secret.
import type { Core } from '../core/core';
import { flush } from '../storage/send-queue';
import { getDecisionsURL } from '../storage/transport';
import type { ActionCore } from './actions';
import { type FrameMessage, readChoiceOrigin, type StateSource } from './frame-message';

/** What was done. The preference centre shows it. */
export interface Erasure {
  state: 'erased' | 'restricted' | 'failed';
  until?: string; // the day on which restricted records are erased at the latest
}

export type EraserCore = ActionCore & StateSource & Pick<Core, 'serverBase'>;

const FAILED: Erasure = { state: 'failed' };
const MAX_ANSWER_TIME = 1e4; // in ms
const CHECK_INTERVAL = 50; // in ms, while decisions are sent
const MAX_CHECKS = MAX_ANSWER_TIME / CHECK_INTERVAL;

/** Deletes the records. Whatever fails, it answers. */
export const eraseRecords = (core: EraserCore, m: FrameMessage): Promise<Erasure> =>
  withdrawAndErase(core, m).catch(() => FAILED);

/** Turns everything optional off first, so that no grant stays without its record. Then it deletes the records, once
 * no decision waits that would come after that. */
async function withdrawAndErase(core: EraserCore, m: FrameMessage): Promise<Erasure> {
  if (!core.getStored().decision) return FAILED;
  core.withdraw(undefined, readChoiceOrigin(m));
  const { config, serverBase, readLocal } = core;
  const decisionsURL = getDecisionsURL(serverBase, config.site);
  const isWaiting = (): boolean => readLocal().queue.some((d) => d.url == decisionsURL);
  for (let left = MAX_CHECKS; isWaiting() && left; left--) {
    void flush();
    await new Promise((done) => setTimeout(done, CHECK_INTERVAL));
  }
  const { subject, secret } = readLocal();
  return isWaiting() || !subject || !secret ? FAILED : requestErasure(core, subject, secret);
}

async function requestErasure({ config, serverBase }: EraserCore, subject: string, secret: string): Promise<Erasure> {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), MAX_ANSWER_TIME);
  const response = await fetch(serverBase + 'v1/' + config.site + '/subjects/' + subject, {
    method: 'DELETE',
    headers: { authorization: 'Bearer ' + secret },
    credentials: 'omit',
    signal: controller.signal,
  });
  const done: Erasure = await response.json();
  return /^(erased|restricted)$/.test(done.state) ? done : FAILED; // a refusal has no state
}
