// The connection to the page that opened the preference centre.
import type { Erasure } from '../ui/erase-records';
import type { Draft } from '../ui/preferences-form';
import { opener, page } from './page';

/** What the opener sends: the states of all purposes and services, and the last decision. The WebAssembly program reads
 * it too, by these names (app/client/host_js.go). */
export interface State {
  type: 'state';
  states: Record<string, string>;
  previous: string | null;
  signal: string[];
  decided: number; // ms since 1970, 0 for never
  receipt: object | null;
  subject?: string;
  secret?: string; // with the subject, the key to the visitor's own records
  theme?: Record<string, string>; // of the host page, by the names of custom properties
  erasure?: Erasure; // what was done with the records just now
  isOpening?: boolean; // the visitor opens the preferences again
}

/** What follows a message. */
interface Handlers {
  onState: (s: State) => void;
  onOpen: (draft: Draft | undefined) => void;
  onShown: (focus: number) => void;
}

let port: MessagePort | undefined;

export const isConnected = (): boolean => !!port;

/** Ends the connection: nobody is there. */
export const disconnect = (): void => void (port = undefined);

/** Sends the opener a message, and returns whether there is a connection. */
export function post(m: object): boolean {
  if (port) port.postMessage(m);
  return !!port;
}

/** Accepts the channel that the opener offers. */
export function listen(handlers: Handlers): void {
  addEventListener('message', (e) => {
    const channel = e.ports[0];
    const isAllowed = e.origin == location.origin || page.origins.includes(e.origin);
    if (!opener || e.source != opener || !isAllowed || !e.data || e.data.nod != 1 || !channel) return;
    if (port) port.close(); // the opener was loaded again
    port = channel;
    port.onmessage = ({ data }) => {
      if (!data) return;
      if (data.type == 'state') handlers.onState(data as State);
      if (data.type == 'open') handlers.onOpen(data.draft as Draft | undefined);
      if (data.type == 'shown') handlers.onShown(data.focus as number);
    };
    post({ type: 'ready' });
  });
}
