// A page for scripts that need one: happy-dom's, with a history and channels whose messages come at once.
import { Window } from './dom';
import { setGlobals } from './fresh';

const CLASSES = [
  'CSSStyleSheet',
  'CustomEvent',
  'Document',
  'HTMLDocument',
  'DOMParser',
  'Element',
  'Event',
  'EventTarget',
  'FormData',
  'HTMLElement',
  'HTMLScriptElement',
  'KeyboardEvent',
  'MouseEvent',
  'Node',
  'ProgressEvent',
] as const;

/** Opens a page, and makes it the one that scripts see. */
export function openPage(url: string, html = ''): typeof globalThis & globalThis.Window {
  const window = new Window({
    url,
    settings: { disableJavaScriptFileLoading: true, disableCSSFileLoading: true, disableIframePageLoading: true },
  });
  window.document.body.innerHTML = html;
  knowEnabled(window);
  setGlobals({
    window,
    document: window.document,
    location: window.location,
    history: new FakeHistory(window),
    parent: window,
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
    dispatchEvent: window.dispatchEvent.bind(window),
    getComputedStyle: window.getComputedStyle.bind(window),
    matchMedia: window.matchMedia.bind(window),
    scrollTo: () => {},
    MessageChannel: FakeChannel,
    ...Object.fromEntries(CLASSES.map((name) => [name, window[name]])),
  });
  return window;
}

/** Teaches happy-dom the pseudo-class :enabled. */
function knowEnabled({ Element }: typeof globalThis): void {
  const { querySelectorAll } = Element.prototype;
  Element.prototype.querySelectorAll = function (this: Element, selector: string) {
    return querySelectorAll.call(this, selector.replace(':enabled', ':not([disabled])'));
  } as typeof querySelectorAll;
}

/** The history of a page: going somewhere is a popstate in the next turn, as in browsers. */
export class FakeHistory {
  entries: unknown[] = [null];
  at = 0;
  constructor(private readonly window: globalThis.Window) {}
  get state(): unknown {
    return this.entries[this.at];
  }
  pushState(state: unknown): void {
    this.entries = [...this.entries.slice(0, ++this.at), structuredClone(state)];
  }
  replaceState(state: unknown): void {
    this.entries[this.at] = structuredClone(state);
  }
  go(by: number): void {
    setImmediate(() => {
      const to = this.at + by;
      if (to < 0 || to >= this.entries.length) return;
      this.at = to;
      this.window.dispatchEvent(Object.assign(new Event('popstate'), { state: this.state }));
    });
  }
}

type Receiver = ((e: { data: unknown }) => void) | null;

/** One end of a channel. */
export class FakePort {
  onmessage: Receiver = null;
  other: FakePort | undefined;
  isClosed = false;
  postMessage(data: unknown): void {
    const { other } = this;
    if (!this.isClosed && other && !other.isClosed)
      queueMicrotask(() => other.onmessage?.({ data: structuredClone(data) }));
  }
  close(): void {
    this.isClosed = true;
  }
}

class FakeChannel {
  port1 = new FakePort();
  port2 = new FakePort();
  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}
