// Who may give a further yes: where the site asks for the age, an adult, or somebody whose guardian consents.
//
//     action ──▶ age ──adult──▶ done
//                 │ child, teen
//                 └──▶ guardian ──consents──▶ done
//
// Nothing else is asked meanwhile, and going back leaves the action undone.
import { findElement } from '../core/find';
import { AGE_LAYERS, open, unwind } from './layers';
import { getScreen } from './screens';
import { choices } from './session';
import { type Age, getAge, setAge as storeAge } from './store';

let pendingAction = (): void => {}; // what waits for somebody's age, or for a guardian

/** Runs what grants more, once the person may grant it. It asks for the age where that is not known, and for the
 * guardian's consent where the person is under age. */
export function withAgeAndGuardian(action: () => void): void {
  pendingAction = action;
  const age = getAge();
  if (choices.canGrantMore()) unwind(AGE_LAYERS, action);
  else if (age) askGuardian(age);
  else open('age');
}

/** Stores somebody's age as it was said first: going back to say another helps nobody. */
export function setAge(age: Age): void {
  if (!getAge()) storeAge(age);
  unwind(['age'], () => withAgeAndGuardian(pendingAction));
}

/** Asks the guardian of somebody under age. */
function askGuardian(age: Age): void {
  const s = getScreen('guardian');
  findElement(s, '.of-child').hidden = age != 'child';
  findElement(s, '.of-teen').hidden = age != 'teen';
  const day = findElement<HTMLInputElement>(s, '[name=day]');
  const now = new Date();
  const today = new Date(now.getTime() - now.getTimezoneOffset() * 6e4); // where the person is
  day.max = day.value = today.toISOString().slice(0, 10);
  open('guardian');
}

/** The guardian consents, and says how that can be shown. */
export function acceptConsent(form: HTMLFormElement): void {
  const d = new FormData(form);
  const evidence = {
    method: d.get('method') + '',
    time: new Date(d.get('day') + 'T00:00').toISOString(),
    reference: (d.get('reference') + '').replace(/\p{Cc}/gu, ' ').trim(),
  };
  unwind(AGE_LAYERS, () => choices.decideWithGuardian(evidence, pendingAction));
}
