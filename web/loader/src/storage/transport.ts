// Requests with decisions.
import type { QueuedDecision } from '../core/core';

/** The address that a site's decisions are sent to. serverBase ends in "/". */
export const getDecisionsURL = (serverBase: string, site: string): string => serverBase + 'v1/' + site + '/decisions';

/** Sends a decision. The request outlives the page, and has no credentials (send-queue.ts says why). A page may have
 * replaced fetch by a function of its own: whatever that returns or throws, this is a promise. */
export const postDecision = async (d: QueuedDecision, options?: RequestInit): Promise<Response> =>
  fetch(d.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(d.bearer && { authorization: 'Bearer ' + d.bearer }) },
    body: d.body,
    keepalive: true,
    credentials: 'omit',
    ...options,
  });
