// Sending decisions to the server: in order, each until it is confirmed, across pages and tabs. The id makes sending
// twice harmless, so tabs need no lock.
import type { Core, More } from './core';
import type { Receipt, Sent } from './keep';
import { post } from './post';

const WAIT = 1e4; // a server that hangs is given up after this, in ms, and asked again later
const FIRST_PAUSE = 2e3 * TIME_SCALE; // first pause before a retry, in ms; doubled each time
const LAST = 3e5;
const MOST = 100; // decisions kept for later

const texts = (...all: unknown[]): boolean => all.every((v) => typeof v == 'string');

/** What can be sent of what waits; any script of the page may have written there. Whoever makes very many decisions off
 * line loses grants first: a refusal that does not arrive would leave a grant standing. */
function sound(queue: Sent[]): Sent[] {
  const all = queue.filter((s) => s && texts(s.url, s.id, s.body, s.bearer) && /^[\w-]*$/.test(s.bearer));
  while (all.length > MOST) all.splice(Math.max(0, all.findIndex((s) => !s.body.includes('"denied"'))), 1);
  return all;
}

/** Sends it so that the request outlives the page, and without credentials (renew says why). */
const send = (d: Sent, signal: AbortSignal): Promise<Response> => post(d, { keepalive: true, credentials: 'omit', signal });

/** What is left of a decision that the server does not take, mostly because it has lost what was shown: the refusals in it, as of a page of
 * one's own. */
function refusals(d: Sent): Sent | undefined {
  const { permission, tenant, guardian, ...body } = JSON.parse(d.body) as Record<string, unknown>; // which an app adds
  const denied = (all: unknown) => Object.fromEntries(Object.entries(all || {}).filter(([, state]) => state == 'denied'));
  const answers = denied(body['answers']);
  const services = denied(body['services']);
  if (body['presentation'] == 'custom' || !Object.keys({ ...answers, ...services }).length) return;
  return { ...d, body: JSON.stringify({ ...body, answers, services, presentation: 'custom' }) };
}

export function makeSender(core: Core, confirmed: () => void): Pick<More, 'flush'> & { supersede: () => boolean } {
  const { readLocal, writeLocal } = core;
  const waiting = (): Sent[] => sound(readLocal().queue);
  let busy = false;
  let pause = FIRST_PAUSE;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let renewal: AbortController | undefined; // of a request under way whose answer brings the cookie again

  /** Ends a renewal that is under way, and says whether there was one. */
  function supersede(): boolean {
    const late = renewal;
    if (late) late.abort();
    return !!late;
  }

  /** Safari forgets what a script wrote after seven days, but not what a server set: where the server can, it sets the
   * cookie of the confirmed decision again. Not with the decision's own request: that one outlives the page, so nothing
   * could end it, and its late answer would set the cookie of an older choice over a newer one. */
  function renew(d: Sent): void {
    const credentials = core.config.domain ? 'include' : d.url.startsWith(location.origin + '/') ? 'same-origin' : undefined;
    if (!credentials || readLocal().queue.length) return;
    const own = (renewal = new AbortController());
    setTimeout(() => own.abort(), WAIT);
    post(d, { credentials, signal: own.signal })
      .catch(() => {})
      .then(() => renewal == own && (renewal = undefined));
  }

  async function flush(sent?: Promise<Response>, id?: string): Promise<void> {
    if (!core.known) return console.warn('nod: ' + location.origin + ' is not among the origins of site ' + core.config.site + ': the choice holds in this browser only.');
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    if (waiting().length < readLocal().queue.length) done(''); // what can't be sent goes
    // Another site of the same origin may have decisions in the queue, too: its own pages send them.
    for (let d; (d = waiting().find((s) => s.url == core.decisions)); sent = undefined) {
      const again = await attemptSend(d, d.id == id ? sent : undefined);
      if (again) {
        timer = setTimeout(flush, again);
        break;
      }
    }
    busy = false;
  }

  const done = (id: string): void => {
    pause = FIRST_PAUSE;
    const now = readLocal(); // another tab may have written meanwhile
    writeLocal({ ...now, queue: sound(now.queue).filter((s) => s.id != id) });
  };

  /** Sends one; the result is 0 when it is settled, else the time to wait in ms. */
  async function attemptSend(d: Sent, sent?: Promise<Response>): Promise<number> {
    const slow = new AbortController();
    let timeout: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => (timeout = setTimeout(() => (slow.abort(), reject(new Error('late'))), WAIT)));
    try {
      const r = await Promise.race([sent || send(d, slow.signal), late]);
      if (r.ok) {
        const receipt = (await Promise.race([r.json(), late])) as Receipt;
        done(d.id);
        writeLocal({ ...readLocal(), receipt });
        confirmed();
        renew(d);
        return 0;
      }
      // Only the server's own word is final: anything in between may answer 404 while it is being set up.
      const own = (r.headers.get('content-type') || '').startsWith('application/problem+json');
      const left = own && r.status == 422 && core.attempt(() => refusals(d));
      if (left) {
        const now = readLocal();
        writeLocal({ ...now, queue: now.queue.map((s) => (s && s.id == d.id ? left : s)) });
        return 0; // it is sent again
      }
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

  return { flush, supersede };
}
