// The types of the script's API, for pages written in TypeScript. Save this file beside their own types.

declare namespace Nod {
  /** How things stand with a purpose or service. "unasked" acts as "denied". */
  type State = 'granted' | 'denied' | 'unasked';

  /** By id of the purpose. */
  type Answers = Record<string, State>;

  /** By id of the purpose or service; true and false will do for "granted" and "denied". */
  type Choice = Record<string, State | boolean>;

  type Action = 'accept_all' | 'reject_all' | 'save' | 'withdraw';

  /** A choice that was made. */
  interface Decision {
    id: string; // UUID, version 7
    action: Action;
    answers: Answers; // what was answered, not how all stands
    services: Answers;
  }

  /** A request that was stopped or waits, or in strict mode an entry that was not written. */
  interface Blocked {
    purpose: string; // '' where no purpose has that host or entry
    service?: string;
    host?: string;
    key?: string; // of the entry
    by?: string; // what would have made it: "fetch", "xhr", "sendBeacon", "img", …; of an entry "cookie", "local", …
    held?: boolean; // it waits for the answer
  }

  /** A request that was made all the same, or a cookie that could not be removed. */
  interface Leak {
    purpose: string; // '' where no purpose has that host
    service?: string;
    host?: string;
    key?: string; // of the cookie
    by: string; // as PerformanceResourceTiming.initiatorType, or "cookie"
  }

  /** What the server has confirmed; app.wasm and "nod verify" check it. */
  type Receipt = { record: { id: string } } & Record<string, unknown>;

  /** What listeners are called with. */
  interface Events {
    ready: Answers;
    change: Answers;
    decision: Decision;
    blocked: Blocked;
    leak: Leak;
  }

  interface API {
    /** Whether the purpose or service is granted; false for what the policy does not know. */
    has(id: string): boolean;
    answers(): Answers;
    /** Shows the banner again. */
    show(): void;
    /** Opens the preferences. */
    preferences(): void;
    acceptAll(): void;
    rejectAll(): void;
    /** Answers what is named, and leaves the rest as it is. */
    save(choice: Choice): void;
    /** Refuses the purposes named, or all. */
    withdraw(purposes?: string | string[]): void;
    /** Of the last choice, once the server has confirmed it. */
    receipt(): Receipt | null;
    /** Calls the listener with each event, and at once with the last one that was. */
    on<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): void;
    /** Makes calls by name. Before the script is there, an array takes its place: window.nod = window.nod || [] */
    push(...calls: [method: string, ...args: unknown[]][]): void;
  }
}

declare var nod: Nod.API;

interface Window {
  nod: Nod.API;
}

interface DocumentEventMap {
  'nod:ready': CustomEvent<Nod.Answers>;
  'nod:change': CustomEvent<Nod.Answers>;
  'nod:decision': CustomEvent<Nod.Decision>;
  'nod:blocked': CustomEvent<Nod.Blocked>;
  'nod:leak': CustomEvent<Nod.Leak>;
}
