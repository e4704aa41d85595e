// native.js: sends each decision to the app around a host page. more.js loads it if there may be an app.
import { attempt } from '../core/attempt';
import type { Core } from '../core/core';
import { sendToHost } from '../core/native-host';
import { encodeCookie } from '../storage/cookie';

/** Starts sending; core is the first half of the script. The decision before that is sent too. */
export function start(core: Core): void {
  const { site, policy, origins } = core.config;
  window.nod?.on?.('decision', (d) => {
    const now = { states: { ...core.getQuestion().states }, external: { cookie: encodeCookie(core.getStored()) } };
    attempt(() => sendToHost({ v: 1, type: 'nod:decision', site, policy, ...d, ...now }, origins));
  });
}
