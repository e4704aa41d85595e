// native.js: tells the app around a host page of each decision. more.js brings it where there may be an app.
import type { Action, Core } from './core';
import type { Answers } from './config';
import { tell } from './native';
import { encodeCookie } from './cookie';

interface Told { id: string; action: Action; answers: Answers; services: Answers }

/** Starts it; core is the first half of the script. The last decision before is told, too. */
export function start(core: Core): void {
  const { site, policy, origins } = core.config;
  (window as unknown as { nod: Nod.API }).nod.on('decision', ((d: Told) => {
    core.attempt(() => tell({ v: 1, type: 'nod:decision', site, policy, ...d, states: { ...core.question().states }, external: { cookie: encodeCookie(core.stored()) } }, origins));
  }) as never);
}
