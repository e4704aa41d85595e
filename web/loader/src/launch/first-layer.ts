// Answers to the first layer: the page's own, or the app's, which asked before this page existed.
import { withAgeAndGuardian } from './guardian';
import * as layers from './layers';
import { finishNativeAnswers, getWaitingAgreement, handleNativeAnswers, hasNativeAnswer } from './native-answer';
import { page } from './page';
import { askInitialQuestion, loadQuestions } from './questions';
import { showSaved } from './screens';
import { bridge, choices } from './session';
import { getAge } from './store';

function agree(): void {
  const tap = getWaitingAgreement();
  finishNativeAnswers();
  choices.decideAll('accept_all', 'granted', tap);
  layers.reset('menu');
  void loadQuestions();
  showSaved();
  bridge.send({ type: 'nod:close', reason: 'decided' });
}

/** Agrees, once the visitor may. */
export const requestAgreement = (): void => withAgeAndGuardian(agree);

/** Refuses. After the app asked, it is a refusal of what the app showed, at this moment. */
export function disagree(): void {
  const tap = getWaitingAgreement();
  finishNativeAnswers();
  choices.decideAll('reject_all', 'denied', tap && { ...tap, at: Date.now() });
  layers.reset('menu', 'basic');
  void loadQuestions(); // a permission is asked for all the same
}

/** The lowest layer. After the app asked, this page does not ask again: at most for the age. */
export function getFirstLayer(): string {
  if (choices.hasDecided() && !getWaitingAgreement()) return 'menu';
  if (!hasNativeAnswer()) return 'ask';
  return getWaitingAgreement() && page.ages && !getAge() ? 'age' : 'menu';
}

let hasStarted = false;

/** Decides what the app asked, and then asks what the page was opened for. It waits for the app's hello: an enterprise
 * may block a purpose. */
export function startAsking(): void {
  if (!hasStarted) {
    hasStarted = true;
    handleNativeAnswers((tap) => {
      choices.decideAll('reject_all', 'denied', tap);
      layers.reset('menu');
    }, requestAgreement);
  }
  askInitialQuestion();
}
