// Constants of a build, which the bundler sets (web/loader/bundle).

/** What this build of consent.js has beside the usual: strict mode, held requests, and answers to earlier versions of
 * the policy. Only the sites that use them load them. */
declare const STRICT: boolean;
declare const HOLD: boolean;
declare const HAS_EQUIVALENTS: boolean;

/** Multiplies the pauses that are made for people, in milliseconds: 1, and less in browser tests. Timeouts for slow
 * machines or servers are not multiplied: tests run on slow machines, too. */
declare const TIME_SCALE: number;
