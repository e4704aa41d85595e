// The app around the page, if there is one: over one of the bridges that apps have for their webviews, or as the page
// that has this one in a frame. An injected bridge is visible to every frame, so nothing that comes over it grants
// anything.
import { attempt } from './attempt';
import { stringify } from './json';

interface MessageTarget {
  postMessage(m: unknown): void;
}
declare global {
  interface Window extends Bridges {}
}

interface Bridges {
  webkit?: { messageHandlers?: { nod?: MessageTarget } }; // WKWebView
  // Android, HarmonyOS
  NodBridge?: MessageTarget & { addEventListener?: (type: 'message', f: (e: MessageEvent) => void) => void };
  XuntongJSBridge?: { call(name: string, message: object, answer?: (m: unknown) => void): void };
  wx?: { miniProgram?: MessageTarget }; // it delivers only when the visitor leaves the page, so it does not count
}

/** The origin of the page that has this one in a frame, if it is one of these. */
export function findParentOrigin(origins: string[]): string | undefined {
  if (parent == window) return;
  const listed = location.ancestorOrigins;
  const origin = listed ? listed[0] : attempt(() => new URL(document.referrer).origin);
  return origin && origin != 'null' && origins.includes(origin) ? origin : undefined;
}

const postText = (to: MessageTarget | undefined, m: unknown): boolean => !!to && (to.postMessage(m), true);

/** Sends a message over the first bridge that takes it, and returns whether one did. A bridge that throws is
 * skipped. */
export function sendToHost(m: object, origins: string[], answer?: (m: unknown) => void): boolean {
  const text = stringify(m);
  const bridges = [
    () => postText(window.webkit?.messageHandlers?.nod, text),
    () => postText(window.NodBridge, text),
    () => !!window.XuntongJSBridge && (window.XuntongJSBridge.call('nod', m, answer), true),
    () => postText(window.wx?.miniProgram, { data: m }) && false,
    () => {
      const origin = findParentOrigin(origins);
      return !!origin && (parent.postMessage(m, origin), true);
    },
  ];
  return bridges.some((send) => attempt(send));
}

/** Listens to an Android WebMessageListener, which has an object for each frame. */
export function listenToHost(f: (m: unknown) => void): void {
  attempt(() => window.NodBridge?.addEventListener?.('message', (e) => f(e.data)));
}
