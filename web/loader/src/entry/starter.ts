// starter.js: starts and stops tagged elements. consent.js loads it for the first that may start.
import { setTrustedPolicy, type TrustedPolicy } from '../core/trusted-types';
import { activate } from '../gate/activation';
import type { Starter } from '../gate/gate';

/** Returns what starts an element. policy is the one of consent.js: its name can be taken once. */
export function start(policy: TrustedPolicy): Starter {
  setTrustedPolicy(policy);
  return activate;
}
