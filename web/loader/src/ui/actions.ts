// What was chosen in the preferences, as a decision.
import type { Action, Choice, Core, ChoiceOrigin } from '../core/core';

/** What a choice is made with. */
export type ActionCore = Pick<Core, 'config' | 'decide' | 'listActionAnswers' | 'save' | 'isUnanswered' | 'withdraw'>;

export function performAction(core: ActionCore, action: Action, choice: Choice | undefined, from: ChoiceOrigin): void {
  if (action == 'withdraw') core.withdraw(undefined, from);
  else if (action == 'save' && choice) {
    for (const p of core.config.form.purposes) if (core.isUnanswered(p) && !choice[p.id]) delete choice[p.id];
    core.save(choice, from);
  } else if (action == 'accept_all')
    core.decide({ services: {}, action, answers: core.listActionAnswers('granted'), ...from });
  else if (action == 'reject_all')
    core.decide({ services: {}, action, answers: core.listActionAnswers('denied'), ...from });
}
