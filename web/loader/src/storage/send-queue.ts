// Sending decisions to the server: in order, each until it is confirmed, across pages and tabs. The id makes sending
// twice harmless, so tabs need no lock.
//
// What an answer does to the first decision of the queue:
//
//     201, 200                            confirmed: it is removed, and the receipt is stored
//     4xx of the server, not 404 or 429   refused: it is removed. The server stored its denials, if it answers with
//                                         their receipt
//     429, 5xx, an answer of a proxy,     later: it is sent again after a pause
//     no answer in time, offline
import { attempt } from '../core/attempt';
import type { Core, LocalData, QueuedDecision, Receipt } from '../core/core';
import { findFirst } from '../core/list';
import { getDecisionsURL, postDecision } from './transport';

const MAX_ANSWER_TIME = 1e4; // in ms; then the request is aborted, and repeated later
const FIRST_PAUSE = 2e3 * TIME_SCALE; // first pause before a retry, in ms; doubled each time
const MAX_PAUSE = 3e5;
const MAX_WAITING = 100; // decisions in the queue

const areTexts = (...all: unknown[]): boolean => all.every((v) => typeof v == 'string');

/** The entries that can be sent: any script of the page may have written to the queue. If very many decisions wait,
 * grants are dropped first: a refusal that does not arrive would leave a grant in force. */
function listValidEntries(queue: QueuedDecision[]): QueuedDecision[] {
  const all = queue.filter((s) => s && areTexts(s.url, s.id, s.body, s.bearer) && /^[\w-]*$/.test(s.bearer));
  const findGrant = (): number => all.findIndex((s) => !s.body.includes('"denied"'));
  while (all.length > MAX_WAITING) all.splice(Math.max(0, findGrant()), 1);
  return all;
}

interface ServerAnswer {
  response: Response;
  receipt: Receipt | undefined; // of the decision, or of the denials in one that is refused
}

/** Reads the receipt. An answer that is no problem document and can't be read is that of a proxy. */
async function readReceipt(response: Response): Promise<Receipt | undefined> {
  if (response.ok) return response.json();
  return isProblem(response) ? (await response.json().catch(() => {}))?.receipt : undefined;
}

/** Whether this is the server's own refusal: a proxy may answer 404 while it is being set up. */
const isProblem = ({ headers }: Response): boolean =>
  (headers.get('content-type') || '').startsWith('application/problem+json');

/** Whether the decision need not be sent again. */
const isFinal = (r: Response): boolean =>
  r.ok || (isProblem(r) && r.status < 500 && r.status != 429 && r.status != 404);

/** Chrome has it since 66, Safari since 12.1. */
const makeController = (): AbortController | undefined => attempt(() => new AbortController());

/** The answer to a decision; undefined if none comes in time, or if it can't be read. The request outlives the page,
 * and has no credentials (renewCookie says why). */
async function requestAnswer(d: QueuedDecision, sent?: Promise<Response>): Promise<ServerAnswer | undefined> {
  const controller = makeController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      if (controller) controller.abort();
      resolve(undefined);
    }, MAX_ANSWER_TIME);
  });
  const request = (sent || postDecision(d, controller ? { signal: controller.signal } : {}))
    .then(async (response) => ({ response, receipt: await readReceipt(response) }))
    .catch(() => undefined);
  const answer = await Promise.race([request, timeout]);
  clearTimeout(timer);
  return answer;
}

/** What the sender needs of the page. */
export type SenderCore = Pick<Core, 'config' | 'serverBase' | 'isKnownOrigin' | 'readLocal' | 'writeLocal'>;

let core: SenderCore;
let onConfirmed: () => void;
let isBusy = false;
let retryPause = FIRST_PAUSE; // before the next retry
let hasToWait = false; // the server named a time (Retry-After): nothing is sent before that
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let renewal: AbortController | undefined; // of a request under way whose answer sets the cookie again

/** Sets the page, and what follows a confirmed decision. */
export function start(from: SenderCore, confirmed: () => void): void {
  core = from;
  onConfirmed = confirmed;
}

/** Sends the queue. sent is the request for the decision with this id, if it is under way. */
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
  if (listWaiting().length < readLocal().queue.length) removeFromQueue(''); // drops what can't be sent
  let wait = 0;
  const decisionsURL = getDecisionsURL(serverBase, config.site);
  // Another site of the same origin may have decisions in the queue, too. Its own pages send them.
  for (let d; !wait && (d = findFirst(listWaiting(), (s) => s.url == decisionsURL)); sent = undefined)
    wait = await sendDecision(d, d.id == id ? sent : undefined);
  if (wait) retryTimer = setTimeout(resumeSending, wait);
  isBusy = false;
}

function resumeSending(): Promise<void> {
  hasToWait = false;
  return flush();
}

/** Aborts a renewal of the cookie, and returns whether one was under way. */
export function abortRenewal(): boolean {
  renewal?.abort();
  return !!renewal;
}

/** Sends a decision. Returns 0 if it is done, else the time to wait in ms. */
async function sendDecision(d: QueuedDecision, sent?: Promise<Response>): Promise<number> {
  const answer = await requestAnswer(d, sent);
  if (answer?.response.ok) confirmDecision(d, answer.receipt);
  else if (!answer || !handleRefusal(d, answer)) return computeWait(answer?.response);
  return 0;
}

function confirmDecision(d: QueuedDecision, receipt: Receipt | undefined): void {
  removeFromQueue(d.id);
  updateLocal({ receipt });
  attempt(onConfirmed);
  renewCookie(d);
}

/** Removes a decision that the server refuses. Returns whether the answer is final. */
function handleRefusal(d: QueuedDecision, { response, receipt }: ServerAnswer): boolean {
  if (!isFinal(response)) return false;
  removeFromQueue(d.id);
  if (receipt) {
    updateLocal({ receipt });
    attempt(onConfirmed);
  }
  if (d.body.includes('"granted"') || !receipt)
    console.warn(`nod: the server refused a decision (${response.status}). The choice holds in this browser.`);
  return true;
}

/** The time to wait, in ms. It has a random part, so that not all browsers come back at once. */
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

/** Stores a change. It reads first, because another tab may have written. */
function updateLocal(change: Partial<LocalData>): void {
  core.writeLocal({ ...core.readLocal(), ...change });
}

function listWaiting(): QueuedDecision[] {
  return listValidEntries(core.readLocal().queue);
}

/** Lets the server set the cookie of a confirmed decision again, if it can: Safari drops what a script wrote after
 * seven days. It needs a second request. The decision's own request outlives the page, so nothing could abort it, and a
 * late answer would replace the cookie of a newer decision. */
function renewCookie(d: QueuedDecision): void {
  const { config, readLocal } = core;
  const isSameOrigin = d.url.startsWith(location.origin + '/');
  const credentials = config.domain ? 'include' : isSameOrigin ? 'same-origin' : undefined;
  if (!credentials || readLocal().queue.length) return;
  const own = makeController();
  if (!own) return;
  renewal = own;
  setTimeout(() => own.abort(), MAX_ANSWER_TIME);
  postDecision(d, { keepalive: false, credentials, signal: own.signal })
    .catch(() => {})
    .then(() => {
      if (renewal == own) renewal = undefined;
    });
}
