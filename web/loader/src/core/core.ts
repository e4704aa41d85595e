// What the two halves of the script know of each other. consent.js is the first: it asks, keeps the answer and opens
// the gate. more.js is the second: it comes when somebody acts or something is found, and sends, clears and frames.
import type { Answers, Config, Item, Kept, State } from './config';
import type { Local, Receipt } from '../storage/storage';
import type { Question, Stored } from './rules';

export type Action = 'accept_all' | 'reject_all' | 'save' | 'withdraw';
export type Choice = Record<string, State | boolean>;

/** Where a choice comes from. */
export interface From {
  previous: string | null | undefined; // the last decision that whoever chose knew of; undefined: the last one there is
  presentation: string; // content hash of what was shown, or "custom"
}

/** A choice as it becomes a decision. */
export interface Intent extends From {
  action: Action;
  answers: Answers;
  services: Answers;
  policy?: string | undefined; // a version that the visitor acknowledges; such an intent may answer nothing
  permission?: string;
  tenant?: string;
  guardian?: Evidence | undefined; // sent only with a grant
}

/** That a guardian consented, and when and how that was shown. */
export interface Evidence {
  method: string;
  time: string;
  reference: string;
}

export interface Core {
  config: Config;
  known: boolean; // the server takes what this page sends
  base: string; // of the server, with "/" at its end
  at: string; // where the script comes from, likewise
  decisions: string; // address that they are sent to
  attempt: <T>(f: () => T) => T | undefined;
  stored: () => Stored;
  question: () => Question;
  receipt: () => Receipt | null;
  read: () => Stored;
  write: (s: Stored) => void;
  put: (name: string, s: Stored) => void;
  setCookie: (pair: string, maxAge: number, domain?: string, path?: string) => void;
  guarded: () => string | undefined; // the newest decision beside a guard; undefined where there is no guard
  readLocal: () => Local;
  writeLocal: (l: Local) => void;
  root: () => ShadowRoot;
  from: () => HTMLElement | null; // what had the focus before the banner
  place: () => void; // sees to it that our parts stand on the page
  add: (html: string, css: string) => HTMLElement; // puts a part of ours on the page
  decide: (intent: Intent) => void;
  save: (choice: Choice, from: From) => void;
  withdraw: (purposes: undefined, from: From) => void;
  every: (to: 'granted' | 'denied') => Answers; // what an action answers by itself
  isGranted: (id: string) => boolean;
  told: (is: (id: string) => boolean) => void; // has the gate go by this
  tell: (event: string, detail: unknown) => void; // the page
  preferences: () => void;
  unanswered: (item: Item) => boolean; // it wants a consent of its own, and has no answer
}

export interface More {
  /** Sends what waits, the oldest first; sent is the answer to the decision with the id, if that is on its way already. */
  flush(sent?: Promise<Response>, id?: string): void;
  /** Sees to it that no answer to an older decision undoes the one that holds now. */
  overtake(): void;
  /** Brings the cookie up to date with its guard. */
  mend(): void;
  /** Removes what was kept in the browser. */
  clear(kept: Kept[]): void;
  /** Draws the preferences out of sight, once nobody's hand is on something else, so that opening them is a matter of
   * showing them. */
  ahead(): void;
  /** Opens the preferences. */
  open(): void;
  /** Tells the preference centre how things stand now. */
  refresh(): void;
  /** Sees to it that what has the focus is not behind the banner (WCAG 2.2, 2.4.11). */
  free(): void;
  /** Finds a place for the focus where what had it is gone. */
  land(): void;
  /** Sees to the cards in the place of frames that are kept from loading, and to the contents of templates. */
  cards(): void;
  /** Says that the choice is kept, and whether what it refused had run already. */
  say(): void;
}
