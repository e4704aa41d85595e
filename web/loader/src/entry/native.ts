// native.js: tells the app around a host page of each decision. more.js brings it where there may be an app.
import { attempt } from '../core/attempt';
import type { Core } from '../core/core';
import { sendToHost } from '../core/native-host';
import { encodeCookie } from '../storage/cookie';

/** Starts it; core is the first half of the script. The last decision before is told, too. */
export function start(core: Core): void {
  const { site, policy, origins } = core.config;
  window.nod.on('decision', (d) => {
    const now = { states: { ...core.getQuestion().states }, external: { cookie: encodeCookie(core.getStored()) } };
    attempt(() => sendToHost({ v: 1, type: 'nod:decision', site, policy, ...d, ...now }, origins));
  });
}
