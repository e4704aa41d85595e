// What the parts of the page share: the app around it, and the visitor's choices.
import { type AppMessage, type Bridge, connectBridge } from './bridge';
import * as choices from './choices';
import { page } from './page';

/** What follows a message from the app, and a decision. */
interface Handlers {
  onMessage: (m: AppMessage) => void;
  onChange: () => void;
}

let handlers: Handlers;

/** Sets what follows. Nothing can happen before the script has run once. */
export function setHandlers(to: Handlers): void {
  handlers = to;
}

export { choices };
export const bridge: Bridge = connectBridge(page.origins, (m) => handlers.onMessage(m));
choices.connect(
  (m) => bridge.send(m),
  () => handlers.onChange(),
);
