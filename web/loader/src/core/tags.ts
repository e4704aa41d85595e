// What a tagged element waits for.

/** The purposes and the service that an element names, null where it names none; all of them must be granted. */
export const listNeededIds = (e: HTMLElement): string[] | null =>
  `${e.dataset['category']} ${e.dataset['service'] || ''}`.match(/\S+/g);
