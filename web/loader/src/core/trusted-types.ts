// Trusted Types: where the page wants them, the policy "nod" wraps our own HTML and what the page's author tagged.

import { attempt } from './attempt';

const same = (s: string): string => s;
const rules = { createHTML: same, createScript: same, createScriptURL: same };
type Rules = typeof rules;

declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: Rules): Rules }; // not every browser has it
  }
}

let made: Rules | undefined;

/** The policy, made on first use: a policy's name can be taken once. */
export function trusted(): Rules {
  // A page that enforces Trusted Types without listing "nod" refuses the policy, and what follows.
  return made || (made = attempt(() => window.trustedTypes?.createPolicy('nod', rules)) || rules);
}
