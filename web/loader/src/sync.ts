// Sending decisions to the server: in order, each until it is confirmed, across pages and tabs. The id makes sending
// twice harmless, so tabs need no lock.
import { config } from './config';
import { Local, readLocal, Receipt, Sent, writeLocal } from './keep';

const WAIT = 1e4; // a server that hangs is given up after this, in ms, and asked again later
const MOST = 100; // decisions kept for later
const FIRST = 2e3; // first pause before a retry, in ms; doubled each time
const LAST = 3e5;

let url: string;
let busy = false;
let pause = FIRST;
let timer: ReturnType<typeof setTimeout> | undefined;
let renewal: AbortController | undefined; // of a request under way whose answer brings the cookie again
let confirmed: (r: Receipt) => void;

export function start(api: string, onReceipt: (r: Receipt) => void): void {
  url = api;
  confirmed = onReceipt;
  addEventListener('online', flush);
}

/** Keeps the decision until the server has it. Whoever makes so many off line loses grants first: a refusal that does
 * not arrive would leave a grant standing. */
export function keep(local: Local, d: Omit<Sent, 'url'>): void {
  const queue = local.queue.concat({ url, ...d });
  if (queue.length > MOST) queue.splice(Math.max(0, queue.findIndex((s) => !s.body.includes('"denied"'))), 1);
  writeLocal({ ...local, queue });
}

/** Ends a renewal that is under way, and says whether there was one. */
export function supersede(): boolean {
  const late = renewal;
  if (late) late.abort();
  return !!late;
}

/** Safari forgets what a script wrote after seven days, but not what a server set: where the server can, it sets the
 * cookie of the confirmed decision again. Not with the decision's own request: that one outlives the page, so nothing
 * could end it, and its late answer would set the cookie of an older choice over a newer one. */
function renew(d: Sent): void {
  const credentials = config.cookie.domain ? 'include' : d.url.startsWith(location.origin + '/') ? 'same-origin' : undefined;
  if (!credentials || readLocal().queue.length) return;
  const own = (renewal = new AbortController());
  setTimeout(() => own.abort(), WAIT);
  post(d, { credentials, signal: own.signal })
    .catch(() => {})
    .then(() => renewal == own && (renewal = undefined));
}

const post = (d: Sent, how: RequestInit): Promise<Response> =>
  fetch(d.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(d.bearer && { authorization: 'Bearer ' + d.bearer }) },
    body: d.body,
    ...how,
  });

/** Sends what waits, the oldest first. */
export async function flush(): Promise<void> {
  clearTimeout(timer);
  if (busy) return;
  busy = true;
  for (let queue; (queue = readLocal().queue).length; ) {
    const next = queue[0]!;
    const again = await attemptSend(next);
    if (again) {
      timer = setTimeout(flush, again);
      break;
    }
  }
  busy = false;
}

const done = (id: string): void => {
  pause = FIRST;
  const now = readLocal(); // another tab may have written meanwhile
  writeLocal({ ...now, queue: now.queue.filter((s) => s.id != id) });
};

/** Sends one; the result is 0 when it is settled, else the time to wait in ms. */
async function attemptSend(d: Sent): Promise<number> {
  const slow = new AbortController();
  const timeout = setTimeout(() => slow.abort(), WAIT);
  try {
    const r = await post(d, { keepalive: true, credentials: 'omit', signal: slow.signal });
    if (r.ok) {
      const receipt = (await r.json()) as Receipt;
      done(d.id);
      writeLocal({ ...readLocal(), receipt });
      confirmed(receipt);
      renew(d);
      return 0;
    }
    // Only the server's own word is final: anything in between may answer 404 while it is being set up.
    const own = (r.headers.get('content-type') || '').startsWith('application/problem+json');
    if (own && r.status < 500 && r.status != 429 && r.status != 404) {
      console.warn('nod: the server refused a decision (' + r.status + '). The choice holds in this browser.');
      done(d.id);
      return 0;
    }
    pause = Math.max(pause, 1e3 * +r.headers.get('retry-after')! || 0);
  } catch {
    // off line, or no answer in time
  } finally {
    clearTimeout(timeout);
  }
  const wait = pause * (1 + Math.random() / 4);
  pause = Math.min(pause * 2, LAST);
  return wait;
}
