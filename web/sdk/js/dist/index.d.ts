/** What the site's policy asks for. "nod types" writes a file that names the ids; without it they are any text. */
export interface Site {
}
/** The id of a purpose. */
export type PurposeId = Site extends {
    purpose: infer Id extends string;
} ? Id : string;
/** The id of a service. */
export type ServiceId = Site extends {
    service: infer Id extends string;
} ? Id : string;
/** The id of a purpose or a service. */
export type ConsentId = PurposeId | ServiceId;
/** The state of a purpose. "unasked" acts as "denied". */
export type State = 'granted' | 'denied' | 'unasked';
export type Answers = Readonly<Partial<Record<PurposeId, State>>>;
/** Answers to some purposes and services; true and false mean "granted" and "denied". */
export type Choice = Partial<Record<ConsentId, State | boolean>>;
/** A decision of the visitor. */
export interface Decision {
    id: string;
    action: 'accept_all' | 'reject_all' | 'save' | 'withdraw';
    answers: Answers;
    services: Partial<Record<ServiceId, State>>;
}
/** A request that was blocked or is held. */
export interface Blocked {
    purpose: string;
    service?: string;
    host?: string;
    key?: string;
    by?: string;
    held?: boolean;
}
/** The server's receipt. */
export type Receipt = {
    record: {
        id: string;
    };
} & Record<string, unknown>;
/** What listeners get, by event. */
export interface Events {
    ready: Answers;
    change: Answers;
    decision: Decision;
    blocked: Blocked;
    leak: Blocked;
}
type Listener<E extends keyof Events> = (detail: Events[E]) => void;
/** Whether the purpose or service is granted. False before the script is loaded, and for an unknown id. */
export declare const has: (id: ConsentId) => boolean;
/** The state of each purpose; none before the script is loaded. */
export declare const getAnswers: () => Answers;
/** The receipt of the last decision, once the server has confirmed it. */
export declare const getReceipt: () => Receipt | null;
/** Shows the banner again. */
export declare const showBanner: () => void;
/** Opens the preferences. */
export declare const openPreferences: () => void;
/** Grants everything that is asked for together. */
export declare const acceptAll: () => void;
/** Refuses everything that is optional. */
export declare const rejectAll: () => void;
/** Answers what is named, and leaves the rest unchanged. */
export declare const save: (choice: Choice) => void;
/** Refuses these purposes, or all. */
export declare const withdraw: (...purposes: PurposeId[]) => void;
/** What a visitor can do, for components. */
export declare const actions: {
    acceptAll: () => void;
    rejectAll: () => void;
    save: (choice: Choice) => void;
    withdraw: (...purposes: PurposeId[]) => void;
    openPreferences: () => void;
    showBanner: () => void;
};
/** Calls the listener with each event, and at once with the last one. The result stops that. */
export declare function on<E extends keyof Events>(event: E, listener: Listener<E>): () => void;
/** The answers as a store, such as React's useSyncExternalStore reads. A snapshot is the same object until something
 * changes; a change of a service replaces it too. */
export declare const store: {
    /** Calls the listener after each change. The result stops that. */
    subscribe(listener: () => void): () => void;
    getSnapshot(): Answers;
    getServerSnapshot: () => Answers;
};
/** Adds the tag of consent.js, for an application that can't put it into the page's head. Whatever runs before it is
 * not held back. A page that has the script, or a tag of it, gets no second one. nonce is that of the page's
 * Content-Security-Policy. */
export declare function addTag(src: string, nonce?: string): void;
/** A third-party script that waits for consent. */
export interface TaggedScript {
    purpose: PurposeId | PurposeId[];
    service?: ServiceId;
    src: string;
    nonce?: string;
    type?: 'module';
}
/** Adds a script that runs once its purposes are granted. The result takes it away again, unless it has run or another
 * part of the page added it too. */
export declare function addScript(script: TaggedScript): () => void;
/** The value of data-category for these purposes. */
export declare const joinIds: (ids: ConsentId | ConsentId[]) => string;
/** Whether all of these are granted. */
export declare const hasAll: (ids: ConsentId | ConsentId[]) => boolean;
export {};
