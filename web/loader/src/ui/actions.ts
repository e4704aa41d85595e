// What was chosen in the preferences, as a decision.
import type { Action, Choice, Core, From } from '../core/core';

/** What a choice is made with. */
export type Chooser = Pick<Core, 'config' | 'decide' | 'every' | 'save' | 'unanswered' | 'withdraw'>;

export function act(core: Chooser, action: Action, choice: Choice | undefined, from: From): void {
  if (action == 'withdraw') core.withdraw(undefined, from);
  else if (action == 'save' && choice) {
    for (const p of core.config.form.purposes) if (core.unanswered(p) && !choice[p.id]) delete choice[p.id];
    core.save(choice, from);
  } else if (action == 'accept_all') core.decide({ services: {}, action, answers: core.every('granted'), ...from });
  else if (action == 'reject_all') core.decide({ services: {}, action, answers: core.every('denied'), ...from });
}
