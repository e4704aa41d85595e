// Where the tag of consent.js has a nonce, the page's Content-Security-Policy names it, and a script with a source
// needs it too. A script that another script starts would do without it under 'strict-dynamic': so markup that an
// attacker smuggled into the page would load what the browser refuses without us.

let nonce = '';

/** Sets the nonce of the tag, '' if it has none. */
export function setTagNonce(n: string): void {
  nonce = n;
}

/** Whether a script with a source may load it. An inline script is left to the browser, which always checks it. */
export const hasTagNonce = (s: Element): boolean => !nonce || (s as HTMLScriptElement).nonce == nonce;

/** Takes the sources out of scripts in markup that may not load them. */
export function removeUntrustedSources(content: ParentNode): void {
  content.querySelectorAll('script').forEach((s) => hasTagNonce(s) || s.removeAttribute('src'));
}
