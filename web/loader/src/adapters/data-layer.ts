// Pushes an event for tag managers to an array, with each answer: {event: 'nod_consent', nod: {purpose: state}}. The
// other adapters come before it, so that a tag that the event starts finds the consent updated.
import { followAnswers, getList } from './adapter';

declare const __OPTIONS__: { variable?: string };

followAnswers(
  (answers) => getList(__OPTIONS__.variable || 'dataLayer').push({ event: 'nod_consent', nod: answers }),
  true,
);
