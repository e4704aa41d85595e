// What the operating system says about the app's permissions. The person's own answer decides; the system can only take
// away.
//
//     the system says   the answer   what follows
//     denied            granted      a withdrawal, recorded once: the answer is denied from then on
//     prompt            granted      the question is asked again when the app needs it; nothing is recorded
//     no longer denied  denied       the same: the person changed the system's setting
//
// "prompt" is also what the system says between an answer here and its own dialog. Such a grant is not asked again.
import type { State } from '../core/config';
import type { SystemState } from './bridge';
import { page } from './page';

/** The states by permission, as the app last reported. */
export const systemStates: Record<string, SystemState> = Object.create(null);

const askAgain = new Set<string>(); // purposes whose answer is asked for once more
const freshGrants = new Set<string>(); // purposes granted here, which the system has not reported as granted since

/** Stores what the system says about a permission of a purpose with this answer. Returns whether that withdraws it. */
export function setSystemState(permission: string, purpose: string, state: SystemState, answer?: State): boolean {
  const before = systemStates[permission];
  systemStates[permission] = state;
  const isReset = state == 'prompt' && answer == 'granted' && !freshGrants.has(purpose);
  const isAllowedAgain = before == 'denied' && answer == 'denied' && (state == 'prompt' || state == 'granted');
  if (isReset || isAllowedAgain) askAgain.add(purpose);
  if (state == 'granted' || state == 'denied') freshGrants.delete(purpose);
  if (state == 'denied') askAgain.delete(purpose);
  return state == 'denied' && answer == 'granted';
}

/** The person answered: nothing is to be asked again. */
export function noteAnswer(purpose: string, to: State): void {
  askAgain.delete(purpose);
  if (to == 'granted') freshGrants.add(purpose);
  else freshGrants.delete(purpose);
}

/** Whether a purpose is asked again although it has an answer. */
export const mustAskAgain = (purpose: string): boolean => askAgain.has(purpose);

/** Whether the system keeps what a purpose needs: it denies a permission, or took it back. */
export const isHeldBySystem = (purpose: string): boolean =>
  askAgain.has(purpose) ||
  Object.keys(page.permissions).some((id) => page.permissions[id] == purpose && systemStates[id] == 'denied');
