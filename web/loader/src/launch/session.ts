// What the parts of the page share: the app around it, and what was chosen.
import { Bridge, connect, Inward } from './bridge';
import { makeChoices } from './choices';
import { page } from './page';

/** What follows a message of the app, and a decision. */
interface Events {
  heard: (m: Inward) => void;
  changed: () => void;
}

let events: Events;

/** Says what follows. Nothing can happen before the script has run once. */
export function listen(to: Events): void {
  events = to;
}

export const choices = makeChoices(
  (m) => bridge.send(m),
  () => events.changed(),
);
export const bridge: Bridge = connect(page.origins, (m) => events.heard(m));
