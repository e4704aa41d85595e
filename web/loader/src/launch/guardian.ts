// Asks for the age, and for a guardian's consent. On a site that asks for the age, only an adult may grant more, or
// someone whose guardian consents.
//
//     action ──▶ age ──adult──▶ done
//                 │ child, teen
//                 └──▶ guardian ──consents──▶ done
//
// Nothing else is asked meanwhile, and after going back the action is not done.
import { findElement } from '../core/find';
import { makeRandomBytes, makeUUID } from '../core/uuid';
import { AGE_LAYERS, open, unwind } from './layers';
import { getScreen } from './screens';
import { choices } from './session';
import { type Age, getAge, setAge } from './store';

let pendingAction = (): void => {}; // waits for the age, or for a guardian

/** Runs an action that grants more, once the visitor may grant it. It asks for the age if that is not known, and for a
 * guardian's consent if the visitor is under age. */
export function withAgeAndGuardian(action: () => void): void {
  pendingAction = action;
  const age = getAge();
  if (choices.canGrantMore()) unwind(AGE_LAYERS, action);
  else if (age) askGuardian(age);
  else open('age');
}

/** Answers the question of the age. Only the first answer counts, also after going back. */
export function answerAge(age: Age): void {
  if (!getAge()) setAge(age);
  unwind(['age'], () => withAgeAndGuardian(pendingAction));
}

/** Asks the guardian of a visitor who is under age. */
function askGuardian(age: Age): void {
  const s = getScreen('guardian');
  findElement(s, '.of-child').hidden = age != 'child';
  findElement(s, '.of-teen').hidden = age != 'teen';
  const day = findElement<HTMLInputElement>(s, '[name=day]');
  const now = new Date();
  const today = new Date(now.getTime() - now.getTimezoneOffset() * 6e4); // where the visitor is
  day.max = day.value = today.toISOString().slice(0, 10);
  findElement<HTMLTextAreaElement>(s, '[name=reference]').value = makeUUID(4, makeRandomBytes());
  open('guardian');
}

/** The guardian consents, and tells how that can be proved. */
export function acceptConsent(form: HTMLFormElement): void {
  const d = new FormData(form);
  const evidence = {
    method: d.get('method') + '',
    time: new Date(d.get('day') + 'T00:00').toISOString(),
    reference: d.get('reference') + '',
  };
  unwind(AGE_LAYERS, () => choices.decideWithGuardian(evidence, pendingAction));
}
