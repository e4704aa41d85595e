// The tags in a page's markup: data-category and data-service.
import { findFirst } from './list';

export const TAGGED = '[data-category]';

/** The purposes and the service that an element names, which must all be granted; null if it names none. */
export const listNeededIds = (e: HTMLElement): string[] | null =>
  `${e.dataset['category']} ${e.dataset['service'] || ''}`.match(/\S+/g);

/** Whether all that an element needs is granted. */
export const needsOnly = (e: HTMLElement, isGranted: (id: string) => boolean): boolean =>
  !findFirst(listNeededIds(e) || [' '], (id) => !isGranted(id)); // no id is a space
