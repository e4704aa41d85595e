// The layers of the page: one is seen, and going back closes them one by one. They are in the history, so that the browser's way back
// and a webview that is made anew know them too; nothing else remembers them.
export interface Layers {
  top: () => string;
  deep: () => boolean; // there is something to go back to
  open: (id: string) => void;
  close: () => void;
  leaving: () => boolean; // a layer is on its way out
  unwind: (ids: string[], f: () => void) => void; // closes those of them that are seen, and then runs f
  reset: (...ids: string[]) => void; // these, and none else
  closed: (f: (id: string) => void) => void; // f is told of each that is closed
  begin: () => void;
}

export const ASIDE = ['age', 'guardian']; // what is asked on the way to something else
const CLOSE_TIME = 500 * TIME_SCALE; // by when a layer has closed, in ms

export function makeLayers(first: () => string, draw: () => void): Layers {
  let stack: string[] = [];
  const told: ((id: string) => void)[] = [];
  const top = (): string => stack[stack.length - 1]!;

  function show(): void {
    draw();
    for (const s of document.querySelectorAll<HTMLElement>('.screen')) s.hidden = s.dataset['screen'] != top();
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

  let going = 0; // layers that are on their way out

  /** Says of each layer that was seen and is not any more that it is closed. */
  function leave(before: string[]): void {
    let same = 0;
    while (same < stack.length && before[same] == stack[same]) same++;
    for (const id of before.slice(same).reverse()) for (const f of told) f(id);
  }

  /** The layers without the first of those, and all that stand on it. */
  function without(ids: string[], of: string[], standing: string[] = []): string[] {
    const lost = of.findIndex((id, n) => ids.includes(id) && standing[n] != id);
    return lost > 0 ? of.slice(0, lost) : of;
  }

  const back = (steps: number): void => {
    going += steps;
    setTimeout(() => (going = 0), CLOSE_TIME);
    history.go(-steps);
  };

  let remember: (() => void) | undefined; // what the history is to hold, once it has gone back to its beginning

  /** Whether the history went back for what is seen already. */
  function arrived(): boolean {
    const f = remember;
    remember = undefined;
    if (f) f();
    return !!f;
  }

  addEventListener('popstate', (e) => {
    going = 0;
    if (arrived()) return;
    const to = (e.state as { nod?: unknown } | null)?.nod;
    const before = stack;
    const all = sound(to) ? to : [first()];
    // The browser's way forward leads to no question about somebody's age, nor to what was answered.
    stack = all[0] == first() ? without(ASIDE, all, before) : [first()];
    if (stack.length < all.length) back(all.length - stack.length);
    leave(before);
    show();
    focus();
  });

  const l: Layers = {
    top,
    deep: () => stack.length - going > 1,
    open(id) {
      if (top() == id || !document.getElementById('nod-' + id)) return;
      stack = stack.concat(id);
      history.pushState({ nod: stack }, '');
      show();
      focus();
    },
    close() {
      if (l.deep()) back(1);
    },
    leaving: () => going > 0,
    unwind(ids, f) {
      let steps = 0;
      while (ids.includes(stack[stack.length - 1 - steps]!)) steps++;
      if (!steps) return f();
      if (l.leaving()) return; // f, or what came before it, is on its way
      addEventListener('popstate', () => f(), { once: true });
      back(steps);
    },
    reset(...ids) {
      const before = stack;
      const steps = before.length - 1;
      stack = ids;
      leave(before);
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
    begin() {
      const to = (history.state as { nod?: unknown } | null)?.nod;
      // What is in these, or wants their answer, is gone with the page before.
      stack = without([...ASIDE, 'reader', 'preferences'], sound(to) && to[0] == first() ? to : [first()]);
      if (to) history.replaceState({ nod: stack }, '');
      show();
    },
  };
  return l;
}
