// The tags in a page's markup: data-category and data-service.

export const TAGGED = '[data-category]';

/** The purposes and the service that an element names, which must all be granted; null if it names none. */
export const listNeededIds = (e: HTMLElement): string[] | null =>
  `${e.dataset['category']} ${e.dataset['service'] || ''}`.match(/\S+/g);

/** Whether an element names what it needs, and all of that is granted. */
export function needsOnly(e: HTMLElement, isGranted: (id: string) => boolean): boolean {
  const ids = listNeededIds(e) || [];
  for (const id of ids) if (!isGranted(id)) return false;
  return ids.length > 0;
}
