// What the server puts into consent.js beside the program: this site's form, its banner, and where to send decisions.

/** The state of a purpose or service. "unasked" acts as "denied". */
export type State = 'granted' | 'denied' | 'unasked';
export type Answers = Record<string, State>;

/** What a purpose or service stores in the browser: an area (cookie, local, session, indexeddb or cache), ":", and a
 * name that is exact or ends in "*". It is cleared on a refusal. */
export type StoragePattern = string;

export interface Item {
  id: string;
  hash: string; // content hash: an answer holds for this content only
  required?: boolean;
  separate?: boolean;
  was_refusable?: boolean; // it is required now, and was optional in an earlier version
  gpc?: boolean;
  kept?: StoragePattern[];
  hosts?: string[]; // "stats.example.com", or "*.example.com" for all its subdomains
  hold?: boolean; // its requests are held until the answer
  rest?: number; // term of its refusal, in days, if it differs from the form's
  services?: Item[];
}

export interface Form {
  purposes: Item[];
  granted_days: number;
  denied_days: number;
  ended?: boolean; // the service has ended: everything is denied
  equivalents?: Record<string, string>; // present hashes, by those of earlier contents whose answers still count
}

export interface Config {
  site: string;
  policy: string; // version
  language: string;
  form: Form;
  html: { banner: string; reopen: string }; // what it puts on a page; rendered by the server from go-app components
  css: string;
  presentation: string; // content hash of the banner
  more: string; // address of more.js
  starter: string; // and of starter.js
  server?: string; // its address, with "/" at its end, if the script comes from elsewhere
  origins: string[]; // pages whose decisions the server accepts
  days: number; // lifetime of the cookie
  domain?: string; // of the cookie
  strict?: boolean; // hosts and entries that the policy does not name are blocked too
  gpc?: boolean; // the request for this script had Sec-GPC: 1
  changes?: PolicyChanges; // if there are earlier versions
}

/** The versions of the policy, the oldest first; the last is in force. */
export interface PolicyChanges {
  file: string; // address of policy-changes.js
  notice: string; // notice on the reopen button
  // at is when the version took effect, in ms; class is that of the change from the version before.
  versions: { policy: string; at: number; class: 'editorial' | 'minor' | 'material' }[];
}

/** What policy-changes.js has: for each earlier version the banners for visitors who decided under it. */
export interface ChangeBanners {
  css: string;
  banners: { ask: BannerVariant; notice: BannerVariant; keep?: string; reduces?: boolean }[];
}
export interface BannerVariant {
  html: string;
  presentation: string;
}

/** Set by the line that the server writes around the bundle. */
declare const __NOD__: Config;
export const config: Config = __NOD__;

/** What the server puts into more.js. */
export interface MoreConfig {
  html: string; // of the preferences as they open
  css: string; // follows the style of Config
  presentation: string; // content hash of the preferences
  saved: string; // announced after a decision
  notice: string; // HTML of the notice that says so
  reload: string; // HTML of the reload notice
  placeholder: string; // name of placeholder.js, beside more.js
  native: string; // and of native.js
}

/** What the server puts into the script of the placeholders. */
export interface PlaceholderConfig {
  html: string;
  css: string;
  names: Record<string, string>; // of purposes and services, as they read in a list
  separator: string; // between names
  service: string; // suffix for a service, with {service}
}
