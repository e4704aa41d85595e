// Where the answers are stored. An app that gave something back at document start, or that says hello, stores them:
// the page then writes nothing in the browser. Without an app they are in the cookie and in localStorage, as on any
// page. Before the first decision nothing is written anywhere.
import { attempt } from '../core/attempt';
import { NOTHING_STORED, Stored } from '../core/evaluate';
import { encodeCookie } from '../storage/cookie';
import * as browser from '../storage/storage';
import type { LocalData, QueuedDecision, Receipt } from '../core/core';
import type { AppData } from './bridge';

/** How old the visitor is. A guardian consents for a child or a teenager. Only the app stores the age; without an app
 * it is known as long as the page is open. */
export type Age = 'child' | 'teen' | 'adult';

/** What the app gave back, beside the answers, which storage.ts reads. */
const appData = browser.external as Partial<AppData> | undefined;

let sendToApp: (data: AppData) => boolean; // returns whether the app took it
let isHosted = false; // the app stores everything
let stored: Stored;
let local: LocalData = { subject: '', secret: '', queue: [], receipt: undefined };
let age: Age | undefined;

/** Starts the store. send gives the app what it is to store, and returns whether the app took it. */
export function connect(send: (data: AppData) => boolean): void {
  sendToApp = send;
  if (appData) startHosting();
}

/** From now on the app stores everything. */
export function startHosting(): void {
  if (isHosted) return;
  stored = attempt(browser.readStored) || NOTHING_STORED;
  local = browser.readLocal();
  isHosted = true;
  if (!appData) return;
  age = age || (['child', 'teen', 'adult'] as const).find((a) => a === appData.age);
  local = mergeLocal(local, stored.subject, appData);
}

/** What the browser has of this subject, together with what the app gave back of the same one. */
function mergeLocal(own: LocalData, owner: string, { subject, secret, queue, receipt }: Partial<AppData>): LocalData {
  const isOwner = typeof secret == 'string' && /^[\w-]{43}$/.test(secret) && subject == owner;
  return {
    ...own,
    ...(isOwner && { subject: owner, secret }),
    queue: own.queue.concat(Array.isArray(queue) ? (queue as QueuedDecision[]) : []),
    receipt: (receipt || own.receipt) as Receipt | undefined,
  };
}

export const getAge = (): Age | undefined => age;

/** Sets the age. Before the first decision it is stored together with that. */
export function setAge(a: Age): void {
  age = a;
  if (isHosted && stored.decision) sendToApp(makeAppData());
}

export const readStored = (): Stored => (isHosted ? stored : browser.readStored());

export const readLocal = (): LocalData => (isHosted ? local : browser.readLocal());

/** Writes both at once, so that a decision is never stored in one place only. */
export function saveBoth(s: Stored, l: LocalData): void {
  if (!isHosted) {
    browser.writeStored(s);
    browser.writeLocal(l);
  }
  stored = s;
  local = l;
}

export function writeLocal(l: LocalData): void {
  local = l;
  if (!isHosted || !sendToApp(makeAppData())) browser.writeLocal(l);
}

/** Writes to the browser what no app took. */
export function saveLocally(): void {
  if (!isHosted) return;
  browser.writeStored(stored);
  browser.writeLocal(local);
}

/** What an app stores for the page. */
export function makeAppData(): AppData {
  const { subject, secret, queue, receipt } = readLocal();
  const now = readStored();
  return {
    cookie: now.decision ? encodeCookie(now) : '',
    subject,
    secret,
    queue,
    receipt,
    ...(age && { age }),
  };
}
