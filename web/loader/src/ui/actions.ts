// Turns a choice in the preferences into a decision.
import type { Action, Choice, ChoiceOrigin, Core } from '../core/core';
import { listWithServices } from '../core/evaluate';

export type ActionCore = Pick<Core, 'config' | 'decide' | 'listActionAnswers' | 'save' | 'isUnanswered' | 'withdraw'>;

export function performAction(core: ActionCore, action: Action, choice: Choice | undefined, from: ChoiceOrigin): void {
  if (action == 'withdraw') core.withdraw(undefined, from);
  else if (action == 'save' && choice) {
    // A separate purpose that stays off is not refused: it is asked where it is needed.
    for (const p of core.config.form.purposes)
      if (core.isUnanswered(p) && !choice[p.id]) for (const { id } of listWithServices(p)) delete choice[id];
    core.save(choice, from);
  } else if (action == 'accept_all' || action == 'reject_all') {
    const answers = core.listActionAnswers(action == 'accept_all' ? 'granted' : 'denied');
    core.decide({ services: {}, action, answers, ...from });
  }
}
