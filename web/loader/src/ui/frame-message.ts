// Messages between the preference centre and the page around it, over a MessageChannel.
import { getTime } from '../core/uuid';
import type { Action, Choice, Core, ChoiceOrigin } from '../core/core';

/** From the preference centre. */
export interface FrameMessage {
  type?: string;
  action?: Action;
  choice?: Choice;
  previous?: string | null;
  presentation?: string;
  policy?: string;
  draft?: string;
}

/** Where the state in the answers comes from. */
export type StateSource = Pick<Core, 'getQuestion' | 'getStored' | 'getReceipt' | 'readLocal'>;

/** Makes the message with the states of all purposes and services, with the last decision, and with the key to the
 * visitor's own records. */
export function makeStateMessage(core: StateSource): object {
  const { states, signal } = core.getQuestion();
  const { decision, subject } = core.getStored();
  return {
    type: 'state',
    states,
    signal,
    previous: decision || null,
    decided: decision ? getTime(decision) : 0,
    receipt: core.getReceipt(),
    subject,
    secret: core.readLocal().secret,
  };
}

/** Where a choice of the preference centre comes from. */
export const readChoiceOrigin = ({ previous, presentation }: FrameMessage): ChoiceOrigin => ({
  previous: previous === undefined ? null : previous,
  presentation: presentation || 'custom',
});
