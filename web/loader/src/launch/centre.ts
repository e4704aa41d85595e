// The preferences within the app's page: the preference centre in a frame, told over a channel as a host page tells it (frame.ts).
import { act } from '../act';
import { timeOf } from '../bytes';
import type { Action, Choice, Core } from '../core';
import type { Page } from './page';

interface Said { type?: string; action?: Action; choice?: Choice; previous?: string | null; presentation?: string; policy?: string }

export function makeFrame(core: Core, page: Page, close: () => unknown, follow: (link: HTMLAnchorElement, e: Event) => void): { open: (address: string) => void; tell: () => void } {
  let port: MessagePort | undefined;

  const state = (): object => {
    const { states, signal } = core.question();
    const { decision } = core.stored();
    return { type: 'state', states, signal, previous: decision || null, decided: decision ? timeOf(decision) : 0, receipt: core.receipt() };
  };

  const tell = (): void => port?.postMessage(state());

  function heard({ type, action, choice, previous, presentation, policy }: Said): void {
    if (type == 'close') close();
    if (type == 'decide' && action && policy == page.policy) act(core, action, choice, { previous: previous === undefined ? null : previous, presentation: presentation || 'custom' });
    tell();
  }

  function open(address: string): void {
    const into = document.getElementById('nod-preferences')!;
    const before = into.querySelector('iframe');
    if (before && port) return tell();
    if (before) before.remove();
    const f = document.createElement('iframe');
    f.title = into.getAttribute('aria-label')!;
    f.addEventListener('load', () => {
      core.attempt(() => f.contentDocument!.addEventListener('click', (e) => {
        const link = (e.target as Element).closest('a');
        if (link) follow(link, e);
      }));
      const c = new MessageChannel();
      if (port) port.close();
      port = c.port1;
      port.onmessage = (e) => core.attempt(() => e.data && heard(e.data as Said));
      f.contentWindow!.postMessage({ nod: 1 }, location.origin == 'null' ? '*' : location.origin, [c.port2]);
      port.postMessage(state());
      port.postMessage({ type: 'open' });
    });
    f.src = address;
    into.append(f);
  }

  return { open, tell };
}
