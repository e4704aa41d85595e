// Slow work comes after the next paint, so that the visitor sees the page, or the result of a click, at once.

const MAX_WAIT = 200; // in ms: a page in the background is not painted

/** Runs f once after the next paint. The result runs it before that. */
export function runAfterPaint(f: () => void): () => void {
  let isDone = false;
  const run = (): void => {
    if (!isDone) {
      isDone = true;
      f();
    }
  };
  requestAnimationFrame(() => setTimeout(run));
  setTimeout(run, MAX_WAIT);
  return run;
}
