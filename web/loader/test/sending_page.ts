// A page that sends decisions, for send_queue.test.ts and queue.test.ts.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock } from 'node:test';
import type { LocalData, Receipt, QueuedDecision } from '../src/core/core';
import type { SenderCore } from '../src/storage/send-queue';
import { fresh, releaseClock, setGlobals, stopClock } from './fresh';
import type * as Sender from './modules/send_queue';

export const ORIGIN = 'https://shop.example';
export const SERVER = 'https://consent.example/';
export const URL_OF_DECISIONS = SERVER + 'v1/shop/decisions';

export interface Request {
  url: string;
  init: RequestInit;
  body: { id: string; presentation: string; answers: object; services: object };
}

/** What the tests see of the page, and what they change. */
interface SendingPage {
  sender: typeof Sender;
  local: LocalData;
  requests: Request[];
  answers: (() => Promise<Response> | Response)[]; // to the next requests; the last one to all that follow
  confirmed: number;
}
export const page = {} as SendingPage;

export const entry = (id: string, change: Partial<QueuedDecision> = {}, body: object = {}): QueuedDecision => ({
  url: URL_OF_DECISIONS,
  id,
  bearer: '',
  body: JSON.stringify({ id, answers: { analytics: 'granted' }, services: {}, presentation: 'abc', ...body }),
  ...change,
});
export const queued = (): string[] => page.local.queue.map((d) => d.id);
export const sent = (): string[] => page.requests.map((r) => r.body.id);
export const receipt = (id: string): Receipt => ({ record: { id } });
export const stored = (): Response => Response.json(receipt('1'), { status: 201 });
export const problem =
  (status: number, headers: Record<string, string> = {}, body: object = {}) =>
  () =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json', ...headers } });
export const html = (status: number) => () => new Response('<p>', { status, headers: { 'content-type': 'text/html' } });

export async function start(queue: QueuedDecision[], change: Partial<SenderCore> = {}): Promise<void> {
  page.local = { subject: '', secret: '', queue, receipt: undefined };
  page.sender = await fresh<typeof Sender>('send_queue');
  const core = {
    config: { site: 'shop' },
    isKnownOrigin: true,
    serverBase: SERVER,
    readLocal: () => structuredClone(page.local),
    writeLocal: (l: LocalData) => void (page.local = structuredClone(l)),
    ...change,
  } as SenderCore;
  page.sender.start(core, () => page.confirmed++);
}

/** Has each test begin on a page of its own, with clocks that stand still. */
export function useSendingPage(): void {
  beforeEach(() => {
    stopClock();
    mock.method(Math, 'random', () => 0);
    mock.method(console, 'warn', () => {});
    page.requests = [];
    page.confirmed = 0;
    setGlobals({
      location: { origin: ORIGIN },
      fetch: async (url: string, init: RequestInit) => {
        page.requests.push({ url, init, body: JSON.parse(init.body as string) });
        const answer = page.answers.length > 1 ? page.answers.shift() : page.answers[0];
        assert.ok(answer);
        return answer();
      },
    });
  });
  afterEach(() => {
    releaseClock();
    mock.restoreAll();
  });
}
