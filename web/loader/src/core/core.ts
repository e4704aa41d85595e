// What the two halves of the script know of each other. consent.js is the first half: it asks, stores the answer and
// opens the gate. more.js is the second half. It is loaded when the visitor acts or something is found, and sends,
// clears and shows the preferences.
//
// The build shortens the names of the members of Core and More, the same way in all bundles of host pages
// (web/loader/bundle/members.go). So they can be as long as they need to be.
import type { Answers, Config, Item, State } from './config';
import type { Question, Stored } from './evaluate';

export type Action = 'accept_all' | 'reject_all' | 'save' | 'withdraw';
export type Choice = Record<string, State | boolean>;

/** Where a choice comes from. */
export interface ChoiceOrigin {
  previous?: string | null | undefined; // last decision that the visitor knew of; undefined: the last one there is
  presentation: string; // content hash of what was shown, or "custom"
}

/** A choice before it becomes a decision. */
export interface Intent extends ChoiceOrigin {
  action: Action;
  answers: Answers;
  services: Answers;
  policy?: string | undefined; // a version that the visitor acknowledges; such an intent may answer nothing
  permission?: string;
  tenant?: string;
  guardian?: GuardianEvidence | undefined; // sent only with a grant
  age?: string; // group of ages, with a grant in an app that asks for it
}

/** When and how a guardian consented, and the proof of it. */
export interface GuardianEvidence {
  method: string;
  time: string;
  reference: string;
}

/** What localStorage holds. */
export interface LocalData {
  subject: string;
  secret: string;
  queue: QueuedDecision[];
  receipt?: Receipt | undefined;
  cookie?: string; // the answers that were given on this origin, as the cookie has them
  seen?: string; // version whose changes the visitor looked at
}

/** A decision that the server has not confirmed. */
export interface QueuedDecision {
  url: string;
  id: string;
  body: string;
  bearer: string;
}

export type Receipt = { record: { id: string; policy?: string; answers?: object } } & Record<string, unknown>;

export interface Core {
  config: Config;
  isKnownOrigin: boolean; // the server accepts what this page sends
  serverBase: string; // address of the server, with "/" at its end
  tagNonce: string; // of the tag of consent.js
  scriptBase: string; // address that the script comes from, with "/" at its end
  getStored: () => Stored;
  getQuestion: () => Question;
  getReceipt: () => Receipt | null;
  readStored: () => Stored;
  readLocal: () => LocalData;
  writeLocal: (l: LocalData) => void;
  getRoot: () => ShadowRoot;
  attachHost: () => void; // makes sure that our parts are on the page
  addPart: (html: string, css: string) => HTMLElement;
  decide: (intent: Intent) => void;
  save: (choice: Choice, from: ChoiceOrigin) => void;
  withdraw: (purposes: undefined, from: ChoiceOrigin) => void;
  listActionAnswers: (to: 'granted' | 'denied') => Answers; // the answers of an action that names none
  isGranted: (id: string) => boolean;
  hasToGo: (area: string, name: string) => boolean; // an entry of the browser's storage
  setGrantCheck: (isGranted: (id: string) => boolean) => void; // of the gate
  queueEvent: (event: string, detail: unknown) => void;
  openPreferences: () => void;
  openPage: () => void; // the preferences as a page of their own
  isUnanswered: (item: Item) => boolean; // a separate purpose without an answer
}

export interface More {
  /** Sends the queue, oldest decision first. */
  sendQueue(): void;
  /** Makes sure that the next page finds a decision, removes what refused purposes stored, announces that the choice is
   * saved, and sends the queue. sent is the request for the decision, if it is under way. */
  finishDecision(id: string, sent?: Promise<Response>): void;
  /** Makes sure that no answer to an older decision undoes the newest one. */
  abortStaleRenewal(): void;
  /** Updates the cookie from its guard, removes what refused purposes stored in the browser, and reports the cookies
   * that remain. */
  cleanUp(): void;
  /** Draws the preferences out of sight once the pointer is on nothing else, so that opening them only shows them. */
  preloadPreferences(): void;
  openPreferences(): void;
  /** Updates everything that shows the state: the preference centre, the placeholders, the reload notice. */
  refresh(): void;
  /** Follows the focus to our parts, noting the element that had it before, and preloads the preferences; or to an
   * element of the page, which it scrolls out from under the banner (WCAG 2.2, 2.4.11). */
  followFocus(isOurs: boolean, before: EventTarget | null): void;
  /** Draws placeholders for blocked frames, and unfolds the templates of granted purposes. */
  renderPlaceholders(): void;
}
