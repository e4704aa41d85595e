// Microsoft Clarity (https://learn.microsoft.com/en-us/clarity/setup-and-installation/clarity-consent-api-v2): it is told
// what it may store.
import { areAllGranted, followAnswers, page } from './adapter';

declare const __OPTIONS__: { purposes: string[] };

followAnswers((answers) => {
  const state = areAllGranted(__OPTIONS__.purposes, answers) ? 'granted' : 'denied';
  // Clarity's own stub: what is called before it is there waits in q.
  const stub = (...args: unknown[]): void => {
    (page.clarity.q = page.clarity.q || []).push(args);
  };
  page.clarity = page.clarity || stub;
  page.clarity('consentv2', { ad_Storage: 'denied', analytics_Storage: state });
});
