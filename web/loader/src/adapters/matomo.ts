// Matomo (https://developer.matomo.org/guides/tracking-consent): it waits for the consent, and is told when it ends.
import { all, follow, list } from './adapter';

declare const __OPTIONS__: { purposes: string[] };

const push = (call: string): unknown => list('_paq').push([call]); // an object of Matomo's own, once it runs

push('requireConsent');
follow((answers) => push(all(__OPTIONS__.purposes, answers) ? 'setConsentGiven' : 'forgetConsentGiven'));
