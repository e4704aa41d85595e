// What every adapter is made of. An adapter runs before consent.js, knows only the API that all pages know, and gets
// the answers through that.

export type Answers = Record<string, 'granted' | 'denied' | 'unasked'>;

// biome-ignore lint/suspicious/noExplicitAny: the globals of other tools have no types here
export const page = window as any;

/** The array that another tool reads. It may not be there yet, and an element of the page may have its name. */
export const getList = (name: string): unknown[] => (page[name] && page[name].push ? page[name] : (page[name] = []));

/** Calls f with the first answers, and with every change: before the page's own listeners, or after them. */
export function followAnswers(f: (answers: Answers, first: boolean) => void, isLast = false): void {
  const makeListener =
    (first: boolean) =>
    (a: Answers): void => {
      try {
        f(a, first);
      } catch {
        // the page has something else under the tool's name
      }
    };
  getList('nod')[isLast ? 'push' : 'unshift'](
    ['on', 'ready', makeListener(true)],
    ['on', 'change', makeListener(false)],
  );
}

/** Whether there are ids, and all of them are granted. */
export const areAllGranted = (ids: string[] | undefined, answers: Answers): boolean =>
  !!ids && ids.length > 0 && ids.every((id) => answers[id] == 'granted');
