// What every adapter is made of. It stands before consent.js, knows no more of it than any page does, and is told of
// answers by the API alone.

export type Answers = Record<string, 'granted' | 'denied' | 'unasked'>;

// biome-ignore lint/suspicious/noExplicitAny: the globals of other tools have no types here
export const page = window as any;

/** The array that something else reads. It may not be there yet, and an element of the page may have its name. */
export const getList = (name: string): unknown[] => (page[name] && page[name].push ? page[name] : (page[name] = []));

/** Calls f with the answers as they are at first, and whenever they change. */
export function followAnswers(f: (answers: Answers, first: boolean) => void): void {
  const makeListener =
    (first: boolean) =>
    (a: Answers): void => {
      try {
        f(a, first);
      } catch {
        // what it tells is not what it seems, and that is the page's own affair
      }
    };
  getList('nod').push(['on', 'ready', makeListener(true)], ['on', 'change', makeListener(false)]);
}

/** Whether all of these are granted, and there are some. */
export const areAllGranted = (ids: string[] | undefined, answers: Answers): boolean =>
  !!ids && ids.length > 0 && ids.every((id) => answers[id] == 'granted');
