// The app around the page, where there is one: each of the bridges that apps have for their webviews, or the page that
// holds this one in a frame. A bridge that is injected is seen by every frame, so nothing that comes over it grants
// anything.
import { attempt } from './attempt';

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
  wx?: { miniProgram?: MessageTarget }; // it delivers when the page is left, and not before: it is told, and counts on as nobody
}

/** The origin of the page that holds this one, where it is one of those. */
export function findParentOrigin(origins: string[]): string | undefined {
  if (parent == window) return;
  const listed = location.ancestorOrigins;
  const origin = listed ? listed[0] : attempt(() => new URL(document.referrer).origin);
  return origin && origin != 'null' && origins.includes(origin) ? origin : undefined;
}

const postText = (to: MessageTarget | undefined, m: unknown): boolean => !!to && (to.postMessage(m), true);

/** Tells the app, by the first bridge that takes it, and says whether one did. A bridge that throws is none. */
export function sendToHost(m: object, origins: string[], answer?: (m: unknown) => void): boolean {
  const text = JSON.stringify(m);
  const ways = [
    () => postText(window.webkit?.messageHandlers?.nod, text),
    () => postText(window.NodBridge, text),
    () => !!window.XuntongJSBridge && (window.XuntongJSBridge.call('nod', m, answer), true),
    () => postText(window.wx?.miniProgram, { data: m }) && false,
    () => {
      const origin = findParentOrigin(origins);
      return !!origin && (parent.postMessage(m, origin), true);
    },
  ];
  return ways.some((way) => attempt(way));
}

/** Listens to an Android WebMessageListener, whose object is one's own frame's. */
export function listenToHost(f: (m: unknown) => void): void {
  attempt(() => window.NodBridge?.addEventListener?.('message', (e) => f(e.data)));
}
