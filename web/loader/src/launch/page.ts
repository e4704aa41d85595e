// What the server puts into the page of the first launch, and where the server is. The other side is launchConfig in
// web/pages/first_launch.go.
import { attempt } from '../core/attempt';
import { getDecisionsURL } from '../storage/transport';
import { config, Config, type PolicyChanges } from '../core/config';

/** A screen about a change, which is fetched when it is needed. */
export interface ChangeScreen {
  html: string; // its address
  presentation: string;
}

/** What is new for those who decided under one version. */
export interface LaunchChange {
  ask: ChangeScreen;
  notice: ChangeScreen;
  keep?: string; // presentation of keeping the earlier version, if that is offered
}

export interface Page extends Config {
  // decided has what is new, by the index of the version of the decision.
  news?: { versions: PolicyChanges['versions']; decided: LaunchChange[] };
  platform: string;
  presentations: Record<string, string>; // content hashes of the questions, by purpose
  server: string; // its address, with "/" at its end; "": the page's own
  ages: boolean; // the site asks for the age
  questions: string; // address of the questions' screens, as HTML
  permissions: Record<string, string>; // purposes by permission
  sdks: Record<string, string>; // purposes by SDK: their grants let SDKs start
  pages: Record<string, string>; // addresses by name, as in data-page
  words: {
    states: Record<string, string>; // of the system's permissions
    system: string; // before them
    granted: string;
    denied: string;
    unasked: string;
    required: string;
    locked: string;
    managed: string;
    failed: string;
  };
}

export const page = config as Page;
export const server = page.server || attempt(() => new URL('..', location.href).href) || location.origin + '/';
export const decisionsURL = getDecisionsURL(server, page.site);
/** Whether the server accepts what this page sends. */
export const isKnownOrigin = server.startsWith(location.origin + '/') || page.origins.includes(location.origin);
