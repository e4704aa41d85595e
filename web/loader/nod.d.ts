// The types of the script's API, for pages written in TypeScript. Save this file beside your own types.

declare namespace Nod {
  /** The state of a purpose or service. "unasked" acts as "denied". */
  type State = 'granted' | 'denied' | 'unasked';

  /** By id of the purpose. */
  type Answers = Record<string, State>;

  /** By id of the purpose or service; true and false mean "granted" and "denied". */
  type Choice = Record<string, State | boolean>;

  type Action = 'accept_all' | 'reject_all' | 'save' | 'withdraw';

  /** A decision of the visitor. */
  interface Decision {
    id: string; // UUID, version 7
    action: Action;
    answers: Answers; // what this decision answered, not the whole state
    services: Answers;
  }

  /** A request that was blocked or is held, or in strict mode an entry that was not written. */
  interface Blocked {
    purpose: string; // '' if no purpose has that host or entry
    service?: string;
    host?: string;
    key?: string; // of the entry
    by?: string; // what would have made it: "fetch", "xhr", "sendBeacon", "img", …; for an entry "cookie", "local", …
    held?: boolean; // it waits for the visitor's answer
  }

  /** A request that no script could block, or a cookie that could not be removed. */
  interface Leak {
    purpose: string; // '' if no purpose has that host
    service?: string;
    host?: string;
    key?: string; // of the cookie
    by: string; // as PerformanceResourceTiming.initiatorType, or "cookie"
  }

  /** The server's receipt; the receipt page and "nod verify" verify it. */
  type Receipt = { record: { id: string } } & Record<string, unknown>;

  /** What listeners get. */
  interface Events {
    ready: Answers;
    change: Answers;
    decision: Decision;
    blocked: Blocked;
    leak: Leak;
  }

  interface API {
    /** Whether the purpose or service is granted; false for an unknown id. */
    has(id: string): boolean;
    answers(): Answers;
    /** Shows the banner again. */
    show(): void;
    /** Opens the preferences. */
    preferences(): void;
    acceptAll(): void;
    rejectAll(): void;
    /** Answers what is named, and leaves the rest unchanged. */
    save(choice: Choice): void;
    /** Refuses these purposes, or all. */
    withdraw(purposes?: string | string[]): void;
    /** The receipt of the last decision, once the server has confirmed it. */
    receipt(): Receipt | null;
    /** Calls the listener with each event, and at once with the last one. */
    on<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): void;
    /** Makes calls by name. Before the script is loaded, use an array: window.nod = window.nod || [] */
    push(...calls: [method: string, ...args: unknown[]][]): void;
  }

  /** What window.nod is: the API, or until the script has come the array that keeps calls for it. */
  type Global = Pick<API, 'push'> & Partial<API>;
}

/** Undefined without the script: a filter list or an error may keep it away. Ask window.nod first. */
declare var nod: Nod.Global | undefined;

interface Window {
  nod?: Nod.Global;
}

interface DocumentEventMap {
  'nod:ready': CustomEvent<Nod.Answers>;
  'nod:change': CustomEvent<Nod.Answers>;
  'nod:decision': CustomEvent<Nod.Decision>;
  'nod:blocked': CustomEvent<Nod.Blocked>;
  'nod:leak': CustomEvent<Nod.Leak>;
}
