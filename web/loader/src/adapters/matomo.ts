// Matomo waits for the consent, and stops when that ends. If it heard of a refusal without a consent before, it would
// set a cookie. https://developer.matomo.org/guides/tracking-consent
import { areAllGranted, followAnswers, getList } from './adapter';

declare const __OPTIONS__: { purposes: string[] };

const pushCall = (call: string): unknown => getList('_paq').push([call]); // later an object of Matomo's
let isGiven = false;

pushCall('requireConsent');
followAnswers((answers) => {
  const now = areAllGranted(__OPTIONS__.purposes, answers);
  if (now != isGiven) pushCall(now ? 'setConsentGiven' : 'forgetConsentGiven');
  isGiven = now;
});
