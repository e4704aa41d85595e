// Matomo (https://developer.matomo.org/guides/tracking-consent): it waits for the consent, and is told when it ends. To be
// told of a refusal that ends nothing it would set a cookie.
import { areAllGranted, followAnswers, getList } from './adapter';

declare const __OPTIONS__: { purposes: string[] };

const pushCall = (call: string): unknown => getList('_paq').push([call]); // an object of Matomo's own, once it runs
let isGiven = false;

pushCall('requireConsent');
followAnswers((answers) => {
  const now = areAllGranted(__OPTIONS__.purposes, answers);
  if (now != isGiven) pushCall(now ? 'setConsentGiven' : 'forgetConsentGiven');
  isGiven = now;
});
