// What the server puts into consent.js beside the program: this site's form, its banner, and where to send decisions.

/** The state of a purpose or service. "unasked" acts as "denied". */
export type State = 'granted' | 'denied' | 'unasked';
export type Answers = Record<string, State>;

/** What a purpose or service keeps in the browser, cleared when it is refused: an area (cookie, local, session, indexeddb
 * or cache), ":", and a name that is exact or ends in "*". */
export type StoragePattern = string;

export interface Item {
  id: string;
  hash: string; // content hash: an answer holds for this content only
  required?: boolean;
  separate?: boolean;
  was_refusable?: boolean; // it is required now, and could be refused under an earlier version
  gpc?: boolean;
  kept?: StoragePattern[];
  hosts?: string[]; // "stats.example.com", or "*.example.com" for all below it
  hold?: boolean; // its requests wait for the answer
  rest?: number; // how long its refusal rests, in days, where that is not the form's term
  services?: Item[];
}

export interface Form {
  purposes: Item[];
  granted_days: number;
  denied_days: number;
  equivalents?: Record<string, string>; // hashes of earlier contents whose answers still count, to those of now
}

/** What consent.js may put on the host page. Each is made when it is needed: most visits need the way back, or nothing. */
export type PartName = 'return' | 'banner';

export interface Config {
  site: string;
  policy: string; // version
  language: string;
  form: Form;
  html: Record<PartName, string>; // rendered by the server from go-app components
  css: Record<PartName, string>; // the banner's goes on top of the other
  presentation: string; // content hash of the banner
  more: string; // address of more.js
  server?: string; // its address, with "/" at its end, where the script does not come from there
  origins: string[]; // pages whose decisions the server takes
  days: number; // that the cookie lasts
  domain?: string; // of the cookie
  strict?: boolean; // what no purpose keeps is removed too
  gpc?: boolean; // the request for this script had Sec-GPC: 1
  news?: PolicyChanges; // where there are earlier versions
}

/** The versions that were in force, the first one first, and the one that is. */
export interface PolicyChanges {
  file: string; // address of news.js
  mark: string; // of the way back
  versions: { policy: string; at: number; class: 'editorial' | 'minor' | 'material' }[]; // at is when it took effect, in ms
}

/** What news.js has: by the place of the version that somebody decided under, what they are shown. */
export interface ChangeBanners {
  css: string;
  told: { ask: BannerVariant; tell: BannerVariant; kept?: string; reduces?: boolean }[];
}
export interface BannerVariant {
  html: string;
  presentation: string;
}

/** Set by the line that the server writes around the bundle. */
declare const __NOD__: Config;
export const config: Config = __NOD__;

/** All purposes and services. They inherit nothing: where something put a "required" into Object.prototype, every purpose
 * would be required, and so granted. */
export const items: Item[] = [];
for (const p of config.form.purposes)
  for (const i of [Object.setPrototypeOf(p, null) as Item, ...(p.services || [])])
    items.push(Object.setPrototypeOf(i, null));

/** What the server puts into more.js. */
export interface MoreConfig {
  html: string; // of the preferences as they open
  css: string; // on top of both in Config
  presentation: string; // content hash of them
  saved: string; // what is said after a choice
  reload: { html: string; css: string }; // shown where what was refused had run already
  card: string; // name of card.js, beside more.js
  native: string; // and of native.js
}

/** What the server puts into card.js, which is for frames and templates. */
export interface PlaceholderConfig {
  html: string;
  css: string;
  names: Record<string, string>; // of purposes and services, as they read in a list
  separator: string; // between names
  service: string; // behind the purposes, with {service}
}
