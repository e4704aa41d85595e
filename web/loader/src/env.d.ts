// Constants of a build, which the bundler sets (web/loader/bundle).

/** What this build of consent.js has beside the usual: strict mode, requests that wait, and answers to earlier versions of the policy.
 * Only sites that have them get them, and pay for them. */
declare const STRICT: boolean;
declare const HOLD: boolean;
declare const HAS_EQUIVALENTS: boolean;

/** Multiplies the pauses that are made for people, in milliseconds: 1, and less in browser tests. What gives up on a slow machine or
 * server is not multiplied: tests run on slow machines, too. */
declare const TIME_SCALE: number;
