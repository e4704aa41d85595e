// An event for tag managers: {event: 'nod_consent', nod: {purpose: state}} in an array, with each answer.
import { followAnswers, getList } from './adapter';

declare const __OPTIONS__: { variable?: string };

followAnswers((answers) => getList(__OPTIONS__.variable || 'dataLayer').push({ event: 'nod_consent', nod: answers }));
