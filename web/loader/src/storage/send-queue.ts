// Sending decisions to the server: in order, each until it is confirmed, across pages and tabs. The id makes sending
// twice harmless, so tabs need no lock.
//
// What an answer does to the first decision of the queue:
//
//     201, 200                          confirmed: it goes, and the receipt is stored
//     422, with refusals in it          replaced by its refusals, which are sent next
//     other 4xx of the server, not 404  refused: it goes
//     429, 5xx, anything in between,    later: it is sent again after a pause
//     no answer in time, offline
import { attempt } from '../core/attempt';
import type { Core } from '../core/core';
import type { LocalData, QueuedDecision, Receipt } from '../core/core';
import { getDecisionsURL, postDecision } from './transport';

const MAX_ANSWER_TIME = 1e4; // a server that hangs is given up after this, in ms, and asked again later
const FIRST_PAUSE = 2e3 * TIME_SCALE; // first pause before a retry, in ms; doubled each time
const MAX_PAUSE = 3e5;
const MAX_WAITING = 100; // decisions that wait

const areTexts = (...all: unknown[]): boolean => all.every((v) => typeof v == 'string');

/** What can be sent of what waits; any script of the page may have written there. With very many
 * decisions offline, grants go first: a refusal that does not arrive would leave a grant in force. */
function listValidEntries(queue: QueuedDecision[]): QueuedDecision[] {
  const all = queue.filter((s) => s && areTexts(s.url, s.id, s.body, s.bearer) && /^[\w-]*$/.test(s.bearer));
  while (all.length > MAX_WAITING)
    all.splice(
      Math.max(
        0,
        all.findIndex((s) => !s.body.includes('"denied"')),
      ),
      1,
    );
  return all;
}

/** What is left of a decision that the server does not take, mostly because it has lost what was shown: the refusals in
 * it, as of a page of one's own. */
function extractRefusals(d: QueuedDecision): QueuedDecision | undefined {
  const { permission, tenant, guardian, ...body } = JSON.parse(d.body) as Record<string, unknown>; // which an app adds
  const denied = (all: unknown) =>
    Object.fromEntries(Object.entries(all || {}).filter(([, state]) => state == 'denied'));
  const answers = denied(body['answers']);
  const services = denied(body['services']);
  if (body['presentation'] == 'custom' || !Object.keys({ ...answers, ...services }).length) return;
  return { ...d, body: JSON.stringify({ ...body, answers, services, presentation: 'custom' }) };
}

interface ServerAnswer {
  response: Response;
  receipt: Receipt | undefined; // where the decision is confirmed
}

/** The answer to the decision; undefined where none comes in time, or one that can't be read. The request outlives the
 * page, and has no credentials (renew says why). */
async function requestAnswer(d: QueuedDecision, sent?: Promise<Response>): Promise<ServerAnswer | undefined> {
  const slow = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      slow.abort();
      resolve(undefined);
    }, MAX_ANSWER_TIME);
  });
  const request = (sent || postDecision(d, { keepalive: true, credentials: 'omit', signal: slow.signal }))
    .then(async (response) => ({ response, receipt: response.ok ? await response.json() : undefined }))
    .catch(() => undefined);
  const answer = await Promise.race([request, late]);
  clearTimeout(timer);
  return answer;
}

/** What sends decisions needs of the page. */
export type SenderCore = Pick<Core, 'config' | 'serverBase' | 'isKnownOrigin' | 'readLocal' | 'writeLocal'>;

let core: SenderCore;
let onConfirmed: () => void;
let isBusy = false;
let retryPause = FIRST_PAUSE; // before the next retry
let hasToWait = false; // the server named a time (Retry-After): nothing is sent before, whatever happens on the page
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let renewal: AbortController | undefined; // of a request under way whose answer brings the cookie again

/** Says whom to ask, and what follows a confirmed decision. */
export function start(from: SenderCore, confirmed: () => void): void {
  core = from;
  onConfirmed = confirmed;
}

/** Sends what waits; sent is the answer to the decision with the id, if that is on its way already. */
export async function flush(sent?: Promise<Response>, id?: string): Promise<void> {
  const { config, serverBase, isKnownOrigin, readLocal } = core;
  if (!isKnownOrigin) {
    console.warn(
      `nod: ${location.origin} is not among the origins of site ${config.site}: the choice holds in this browser only.`,
    );
    return;
  }
  if (isBusy || (hasToWait && !sent)) return;
  clearTimeout(retryTimer);
  hasToWait = false;
  isBusy = true;
  if (listWaiting().length < readLocal().queue.length) removeFromQueue(''); // what can't be sent goes
  let wait = 0;
  const decisionsURL = getDecisionsURL(serverBase, config.site);
  // Another site of the same origin may have decisions in the queue, too: its own pages send them.
  for (let d; !wait && (d = listWaiting().find((s) => s.url == decisionsURL)); sent = undefined)
    wait = await sendDecision(d, d.id == id ? sent : undefined);
  if (wait) retryTimer = setTimeout(resumeSending, wait);
  isBusy = false;
}

function resumeSending(): Promise<void> {
  hasToWait = false;
  return flush();
}

/** Ends a renewal of the cookie that is under way, and says whether there was one. */
export function abortRenewal(): boolean {
  renewal?.abort();
  return !!renewal;
}

/** Sends one; the result is 0 when it is done with, else the time to wait in ms. */
async function sendDecision(d: QueuedDecision, sent?: Promise<Response>): Promise<number> {
  const answer = await requestAnswer(d, sent);
  if (answer?.response.ok) confirmDecision(d, answer.receipt);
  else if (!answer || !handleRefusal(d, answer.response)) return computeWait(answer?.response);
  return 0;
}

function confirmDecision(d: QueuedDecision, receipt: Receipt | undefined): void {
  removeFromQueue(d.id);
  updateLocal({ receipt });
  attempt(onConfirmed);
  renewCookie(d);
}

/** Whether the server's answer is final: the decision goes, or its refusals take its place. */
function handleRefusal(d: QueuedDecision, { headers, status }: Response): boolean {
  // Only the server's own word is final: anything in between may answer 404 while it is being set up.
  const isOwn = (headers.get('content-type') || '').startsWith('application/problem+json');
  const refusals = isOwn && status == 422 && attempt(() => extractRefusals(d));
  if (refusals) {
    updateLocal({ queue: core.readLocal().queue.map((s) => (s && s.id == d.id ? refusals : s)) });
    return true; // it is sent again
  }
  if (!isOwn || status >= 500 || status == 429 || status == 404) return false;
  console.warn(`nod: the server refused a decision (${status}). The choice holds in this browser.`);
  removeFromQueue(d.id);
  return true;
}

/** The time to wait, in ms, with some chance in it: not all browsers come back at once. */
function computeWait(response?: Response): number {
  const wanted = 1e3 * Number(response?.headers.get('retry-after')) || 0;
  const wait = Math.max(retryPause, wanted);
  hasToWait = wanted > 0;
  retryPause = Math.min(wait * 2, MAX_PAUSE);
  return wait * (1 + Math.random() / 4);
}

function removeFromQueue(id: string): void {
  retryPause = FIRST_PAUSE;
  updateLocal({ queue: listWaiting().filter((s) => s.id != id) });
}

/** Stores a change of what is stored now: another tab may have written meanwhile. */
function updateLocal(change: Partial<LocalData>): void {
  core.writeLocal({ ...core.readLocal(), ...change });
}

function listWaiting(): QueuedDecision[] {
  return listValidEntries(core.readLocal().queue);
}

/** Safari forgets what a script wrote after seven days, but not what a server set: where the server can, it sets the
 * cookie of the confirmed decision again. Not with the decision's own request: that one outlives the page, so nothing
 * could end it, and its late answer would set the cookie of an older choice over a newer one. */
function renewCookie(d: QueuedDecision): void {
  const { config, readLocal } = core;
  const isSameOrigin = d.url.startsWith(location.origin + '/');
  const credentials = config.domain ? 'include' : isSameOrigin ? 'same-origin' : undefined;
  if (!credentials || readLocal().queue.length) return;
  const own = (renewal = new AbortController());
  setTimeout(() => own.abort(), MAX_ANSWER_TIME);
  postDecision(d, { credentials, signal: own.signal })
    .catch(() => {})
    .then(() => {
      if (renewal == own) renewal = undefined;
    });
}
