// starter.js: starts and stops tagged elements. consent.js loads it for the first that may start.
import { findEverywhere } from '../core/find';
import { setTrustedPolicy, type TrustedPolicy } from '../core/trusted-types';
import { activate, setNames } from '../gate/activation';
import type { Starter } from '../gate/gate';
import { setTagNonce } from '../gate/tag-nonce';

/** Returns what starts an element. policy is the one of consent.js: its name can be taken once. states has the names of
 * the policy's purposes and services. */
export function start(policy: TrustedPolicy, nonce: string, states: object): Starter {
  setTrustedPolicy(policy);
  setTagNonce(nonce);
  setNames((id) => id in states);
  // Nothing has run yet: the page was saved after a visit.
  for (const e of findEverywhere<HTMLElement>('script[data-nod=ran]')) delete e.dataset['nod'];
  return activate;
}
