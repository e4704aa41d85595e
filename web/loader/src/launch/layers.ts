// The layers of the page: one is seen, and going back closes them one by one. They are in the history, so that the browser's way back
// and a webview that is made anew know them too; nothing else remembers them.
export interface Layers {
  top: () => string;
  deep: () => boolean; // there is something to go back to
  open: (id: string) => void;
  close: () => void;
  reset: (...ids: string[]) => void; // these, and none else
  closed: (f: (id: string) => void) => void; // f is told of each that is closed
  settled: (f: () => void) => void; // runs f once what was closed is
  begin: () => void;
}

export function makeLayers(first: () => string, draw: () => void): Layers {
  let stack: string[] = [];
  const told: ((id: string) => void)[] = [];
  const top = (): string => stack[stack.length - 1]!;

  function show(): void {
    draw();
    for (const s of document.querySelectorAll<HTMLElement>('.screen')) s.hidden = s.dataset.screen != top();
    document.getElementById('nod-top')!.hidden = stack.length < 2;
    scrollTo(0, 0);
  }

  /** A screen reader goes on where the new layer begins. */
  function focus(): void {
    const s = document.getElementById('nod-' + top());
    s?.querySelector<HTMLElement>('h1, .words')?.focus({ preventScroll: true });
  }

  const sound = (s: unknown): s is string[] =>
    Array.isArray(s) && s.length > 0 && s.every((id) => typeof id == 'string' && /^[\w-]+$/.test(id) && !!document.getElementById('nod-' + id));

  let remember: (() => void) | undefined; // what the history is to hold, once it has gone back to its beginning

  /** Whether the history went back for what is seen already. */
  function arrived(): boolean {
    const f = remember;
    remember = undefined;
    if (f) f();
    return !!f;
  }

  addEventListener('popstate', (e) => {
    if (arrived()) return;
    const to = (e.state as { nod?: unknown } | null)?.nod;
    const before = stack;
    stack = sound(to) ? to : [first()];
    for (const id of before.slice(stack.length).reverse()) for (const f of told) f(id);
    show();
    focus();
  });

  const l: Layers = {
    top,
    deep: () => stack.length > 1,
    open(id) {
      if (top() == id || !document.getElementById('nod-' + id)) return;
      stack = stack.concat(id);
      history.pushState({ nod: stack }, '');
      show();
      focus();
    },
    close() {
      if (stack.length > 1) history.back();
    },
    reset(...ids) {
      const steps = stack.length - 1;
      stack = ids;
      remember = () => {
        history.replaceState({ nod: ids.slice(0, 1) }, '');
        for (let n = 2; n <= ids.length; n++) history.pushState({ nod: ids.slice(0, n) }, '');
      };
      if (steps) history.go(-steps);
      else arrived();
      show();
      focus();
    },
    closed: (f) => void told.push(f),
    settled: (f) => addEventListener('popstate', () => f(), { once: true }),
    begin() {
      const to = (history.state as { nod?: unknown } | null)?.nod;
      stack = sound(to) && to[0] == first() ? to : [first()];
      // What is in these, or wants their answer, is gone with the page before.
      const lost = stack.findIndex((id) => ['guardian', 'reader', 'preferences'].includes(id));
      if (lost > 0) stack = stack.slice(0, lost);
      if (to) history.replaceState({ nod: stack }, '');
      show();
    },
  };
  return l;
}
