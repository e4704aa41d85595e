// A host page with the dialog of the preferences, for frame.test.ts and window.test.ts.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock } from 'node:test';
import type { Core, Intent } from '../src/core/core';
import type { Question } from '../src/core/evaluate';
import { fresh, pass, releaseClock, settle, stopClock } from './fresh';
import type * as Modules from './modules/preferences';
import { FakePort, openPage } from './page';

export const SERVER = 'https://consent.example';
export const DECISION = '01932f0c-5c00-7000-8000-000000000001';
const DIALOG = `<dialog class="preferences-dialog" inert aria-label="Preferences">
  <form class="preferences"><h2 tabindex="-1"></h2><button type="button" id="nod-form-close"></button>
    <fieldset class="purpose">
      <input type="checkbox" class="switch" name="analytics"><details><summary></summary></details>
    </fieldset>
    <button class="save" value="save"></button>
  </form>
  <div id="nod-blocked" hidden><a href="#"></a></div>
</dialog>`;

/** What our own page, in the frame or the window, has of the channel. */
export interface Other {
  port: FakePort;
  got: { type: string; draft?: object; states?: object; subject?: string; secret?: string }[];
}
interface Offer {
  to: string;
  origin: string;
  port: FakePort;
}

/** What the tests see of the page, and what they change. */
interface HostPage {
  modules: typeof Modules;
  host: globalThis.Window;
  root: ShadowRoot;
  isKnownOrigin: boolean; // the server accepts what the page sends
  question: Question;
  decided: Intent[];
  saved: unknown[];
  offers: Offer[]; // of channels
  opened: string[]; // windows
  isWindowAllowed: boolean;
}
export const page = {} as HostPage;

export const dialog = (): HTMLDialogElement => page.modules.dialog.dialog;
export const form = (): HTMLElement => page.modules.dialog.form;
export const frame = (): HTMLIFrameElement | null => dialog().querySelector('iframe');
export const note = (): HTMLElement => dialog().querySelector('#nod-blocked') as HTMLElement;
export const box = (): HTMLInputElement => form().querySelector('input') as HTMLInputElement;
export const types = (o: Other): string => o.got.map((m) => m.type + (m.draft ? ' with a draft' : '')).join();

function makeCore(): Core {
  return {
    serverBase: SERVER + '/',
    isKnownOrigin: page.isKnownOrigin,
    config: { site: 'shop', language: 'en', policy: '2', form: { purposes: [{ id: 'analytics', hash: '' }] } },
    getQuestion: () => page.question,
    getStored: () => ({ decision: DECISION, subject: 'me', answers: [] }),
    getReceipt: () => null,
    readLocal: () => ({ subject: '', secret: 'key', queue: [], receipt: undefined }),
    getRoot: () => page.root,
    attachHost: () => {},
    addPart(html: string) {
      const box = document.createElement('div');
      box.innerHTML = html;
      page.root.append(...box.childNodes);
      return page.root.lastElementChild;
    },
    decide: (i: Intent) => page.decided.push(i),
    save: (...what: unknown[]) => page.saved.push(what),
    withdraw: (...what: unknown[]) => page.saved.push(what),
    listActionAnswers: (to: string) => ({ analytics: to }),
    isUnanswered: () => false,
  } as unknown as Core;
}

/** A window that records what it is offered. */
const makeTarget = (to: string): object => ({
  postMessage: (_: unknown, origin: string, [port]: FakePort[]) => port && page.offers.push({ to, origin, port }),
});

/** Records what is offered to the frame, whose page is not loaded here. */
export function watchFrame(f: HTMLIFrameElement): void {
  const target = makeTarget('frame');
  const get = () => (f.isConnected ? target : null); // as browsers have it
  Object.defineProperty(f, 'contentWindow', { get, configurable: true });
  f.dispatchEvent(new Event('load'));
}

/** The other side accepts the last channel that it was offered. */
export async function take(last?: Offer): Promise<Other> {
  await pass(1); // the offer comes in a task of its own
  const offer = last || page.offers.at(-1);
  assert.ok(offer);
  const other: Other = { port: offer.port, got: [] };
  offer.port.onmessage = ({ data }) => other.got.push(data as Other['got'][0]);
  offer.port.postMessage({ type: 'ready' });
  await settle();
  return other;
}

/** Opens the preferences, and lets the frame load. */
export async function openWithFrame(): Promise<HTMLIFrameElement> {
  page.modules.frame.open();
  await pass(300, 50);
  const f = frame();
  assert.ok(f);
  watchFrame(f);
  return f;
}

/** Opens the preferences until the frame has replaced the form. */
export async function openToTheEnd(): Promise<Other> {
  await openWithFrame();
  const other = await take();
  other.port.postMessage({ type: 'drawn', draft: JSON.stringify(page.modules.dialog.readDraft()) });
  await settle();
  await pass(600, 50);
  return other;
}

export function block(directive = 'frame-src', blockedURI = SERVER, disposition = 'enforce'): void {
  page.host.dispatchEvent(
    Object.assign(new Event('securitypolicyviolation'), { effectiveDirective: directive, blockedURI, disposition }),
  );
}

export async function start(): Promise<void> {
  page.host = openPage('https://shop.example/', '<span id="nod"> </span>');
  page.root = (document.getElementById('nod') as HTMLElement).attachShadow({ mode: 'open' });
  Object.assign(page.host, {
    open(url: string) {
      page.opened.push(url);
      return page.isWindowAllowed ? makeTarget('window') : null;
    },
  });
  page.modules = await fresh<typeof Modules>('preferences');
  const core = makeCore();
  page.modules.dialog.start(core, { html: DIALOG, css: '', presentation: 'shown' }, () => {});
  page.modules.frame.start(core);
}

/** Each test starts on a page of its own, with clocks that stand still. */
export function useHostPage(): void {
  beforeEach(async () => {
    stopClock();
    page.isKnownOrigin = true;
    page.question = { ask: [], states: { analytics: 'denied' }, signal: [] };
    page.decided = [];
    page.saved = [];
    page.offers = [];
    page.opened = [];
    page.isWindowAllowed = true;
    await start();
  });
  afterEach(() => {
    releaseClock();
    mock.restoreAll();
  });
}
