// Matomo (https://developer.matomo.org/guides/tracking-consent): it waits for the consent, and is told when it ends. To be
// told of a refusal that ends nothing it would set a cookie.
import { all, follow, list } from './adapter';

declare const __OPTIONS__: { purposes: string[] };

const push = (call: string): unknown => list('_paq').push([call]); // an object of Matomo's own, once it runs
let given = false;

push('requireConsent');
follow((answers) => {
  const now = all(__OPTIONS__.purposes, answers);
  if (now != given) push(now ? 'setConsentGiven' : 'forgetConsentGiven');
  given = now;
});
