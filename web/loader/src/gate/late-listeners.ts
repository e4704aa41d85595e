// Calls listeners that come too late. A tagged script may start after DOMContentLoaded or load, and then what it waits
// for never comes. So a listener that it adds while it runs for the first time is called once, in a task of its own.
import { attempt } from '../core/attempt';
import { getDocumentProperty } from '../core/dom';
import { keepPage } from './document-write';
import { hookFunctions } from './hook';

interface LateListener {
  type: string;
  target: EventTarget;
  listener: EventListenerOrEventListenerObject;
}

/** The events of a page's load, with the time in performance.timing that is 0 until they are over. */
const ENDS = {
  DOMContentLoaded: 'domContentLoadedEventEnd',
  load: 'loadEventEnd',
  pageshow: 'loadEventEnd', // follows at once
  readystatechange: 'domComplete',
} as const;

const scripts = new WeakSet<object>(); // whose listeners are called
let late: LateListener[] = []; // not called yet
let isHooked = false;

/** Watches for the late listeners of this script, which starts now. */
export function watchListeners(s: HTMLScriptElement): void {
  scripts.add(s);
  if (isHooked) return;
  isHooked = true;
  hookFunctions(window, 'EventTarget', 'addEventListener removeEventListener', (args, callReal, self, name) => {
    const [type, listener, options] = args as [string, LateListener['listener'], AddEventListenerOptions?];
    const target = self || window;
    if (name[0] == 'a') callIfLate(type, target, listener, () => !options?.signal?.aborted);
    else late = late.filter((l) => l.listener != listener || l.type != type || l.target != target);
    return callReal(args);
  });
  hookFunctions(
    window,
    ' HTMLBodyElement Document',
    'onload onpageshow onreadystatechange',
    (args, callReal, self, name) => {
      const target = self == (document as unknown) ? document : window;
      const [f] = args as [EventListener];
      callIfLate(name.slice(2), target, f, () => (target as unknown as Record<string, unknown>)[name] == f);
      return callReal(args);
    },
  );
}

/** Whether an event of the page's load is over. A page may have a variable named "performance". */
const isOver = (type: string): boolean => !!attempt(() => performance.timing[ENDS[type as keyof typeof ENDS]]);

/** Calls a listener once the running script is done, if that is one of ours and the event is over. */
function callIfLate(
  type: string,
  target: EventTarget,
  listener: LateListener['listener'],
  isWanted: () => boolean,
): void {
  const s = getDocumentProperty('currentScript');
  if (!listener || !s || !scripts.has(s) || !isOver(type)) return;
  // A load or a pageshow is not heard at the document, nor a readystatechange at the window.
  if (
    target ==
    ({ load: document, pageshow: document, readystatechange: window } as Partial<Record<string, EventTarget>>)[type]
  )
    return;
  if (target != window && target != document) return;
  if (late.some((l) => l.listener == listener && l.type == type && l.target == target)) return;
  const own: LateListener = { type, target, listener };
  late.push(own);
  setTimeout(() => {
    if (!late.includes(own) || !isWanted()) return;
    late = late.filter((l) => l != own);
    const e = Object.defineProperties(new Event(type), {
      target: { value: document },
      currentTarget: { value: target },
      persisted: { value: false }, // of a pageshow
    });
    keepPage(s, () => (typeof listener == 'function' ? listener.call(target, e) : listener.handleEvent(e)));
  });
}
