// One request with a decision.
import type { Sent } from './storage';

export const post = (d: Sent, how: RequestInit): Promise<Response> =>
  fetch(d.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(d.bearer && { authorization: 'Bearer ' + d.bearer }) },
    body: d.body,
    ...how,
  });
