// Trusted Types: where the page wants them, the policy "nod" wraps our own HTML and what the page's author tagged.

const same = (s: string): string => s;
const rules = { createHTML: same, createScript: same, createScriptURL: same };
type Rules = typeof rules;

interface Factory {
  createPolicy(name: string, rules: Rules): Rules;
}

let made: Rules | undefined;

/** The policy, made on first use: a policy's name can be taken once. */
export function trusted(): Rules {
  if (!made) {
    try {
      made = (window as unknown as { trustedTypes?: Factory }).trustedTypes!.createPolicy('nod', rules);
    } catch {
      made = rules; // none to be had; where the page enforces Trusted Types without listing "nod", what follows is refused
    }
  }
  return made;
}
