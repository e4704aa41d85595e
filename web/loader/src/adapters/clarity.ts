// Microsoft Clarity: reports what it may store.
// https://learn.microsoft.com/en-us/clarity/setup-and-installation/clarity-consent-api-v2
import { areAllGranted, followAnswers, page } from './adapter';

declare const __OPTIONS__: { purposes: string[] };

followAnswers((answers) => {
  const state = areAllGranted(__OPTIONS__.purposes, answers) ? 'granted' : 'denied';
  // Clarity's own stub: calls before it is loaded wait in q.
  const stub = (...args: unknown[]): void => {
    (page.clarity.q = page.clarity.q || []).push(args);
  };
  page.clarity = page.clarity || stub;
  page.clarity('consentv2', { ad_Storage: 'denied', analytics_Storage: state });
});
