// Trusted Types: if the page requires them, the policy "nod" wraps our own HTML and what the page's author tagged.

import { attempt } from './attempt';

const passThrough = (s: string): string => s;
const passAll = { createHTML: passThrough, createScript: passThrough, createScriptURL: passThrough };
export type TrustedPolicy = typeof passAll;

declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: TrustedPolicy): TrustedPolicy }; // not every browser has it
  }
}

let policy: TrustedPolicy | undefined;

/** The policy, made on first use: a policy's name can be taken once. */
export function getTrustedPolicy(): TrustedPolicy {
  // A page that enforces Trusted Types without listing "nod" refuses the policy, and then our HTML.
  return (
    policy ||
    (policy = attempt(() => window.trustedTypes && window.trustedTypes.createPolicy('nod', passAll)) || passAll)
  );
}

/** Uses the policy that another bundle made. */
export function setTrustedPolicy(p: TrustedPolicy): void {
  policy = p;
}
