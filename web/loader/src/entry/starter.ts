// starter.js: starts tagged scripts whose purpose is granted. consent.js loads it for the first of them.
import { setTrustedPolicy, type TrustedPolicy } from '../core/trusted-types';
import type { ScriptStarter } from '../gate/gate';
import { queueScript } from '../gate/script-queue';

/** Returns what starts a script. policy is the one of consent.js: its name can be taken once. */
export function start(policy: TrustedPolicy): ScriptStarter {
  setTrustedPolicy(policy);
  return queueScript;
}
