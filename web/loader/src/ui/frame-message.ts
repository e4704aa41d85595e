// What the preference centre and the page that holds it say to each other, over a MessageChannel.
import { timeOf } from '../core/uuid';
import type { Action, Choice, Core, From } from '../core/core';

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

/** What the centre's messages are answered from. */
export type StateSource = Pick<Core, 'question' | 'stored' | 'receipt'>;

/** Tells the preference centre the states of all purposes and services, and what the last decision was. */
export function stateMessage(core: StateSource): object {
  const { states, signal } = core.question();
  const { decision } = core.stored();
  return {
    type: 'state',
    states,
    signal,
    previous: decision || null,
    decided: decision ? timeOf(decision) : 0,
    receipt: core.receipt(),
  };
}

/** Where a choice of the preference centre comes from. */
export const originOf = ({ previous, presentation }: FrameMessage): From => ({
  previous: previous === undefined ? null : previous,
  presentation: presentation || 'custom',
});
