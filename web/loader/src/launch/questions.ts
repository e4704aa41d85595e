// Questions about one purpose each. The visitor opens them from the menu, and the app when it needs a permission.
import type { State } from '../core/config';
import { findElement } from '../core/find';
import { getOwn } from '../core/rules';
import { getTrustedPolicy } from '../core/trusted-types';
import { withAgeAndGuardian } from './guardian';
import * as layers from './layers';
import { page } from './page';
import { fetchText } from '../ui/import-part';
import { findPermission, getQuestionPurpose, showSaved } from './screens';
import { bridge, choices } from './session';

let questionsLoaded: Promise<void> | undefined; // the page starts without the questions' screens
let pendingPermission: { permission: string; re?: string | undefined } | undefined; // the app waits for an answer
let hasBegun = false;
let initialPermission = ''; // the permission that the page was opened for

/** Fetches the questions' screens. */
export function loadQuestions(): Promise<void> {
  questionsLoaded =
    questionsLoaded ||
    fetchText(page.questions).then((html) =>
      findElement(document, '#nod-launch').insertAdjacentHTML(
        'beforeend',
        getTrustedPolicy().createHTML(html) as string,
      ),
    );
  questionsLoaded.catch(() => (questionsLoaded = undefined)); // another attempt may succeed
  return questionsLoaded;
}

/** Asks for one purpose, unless it is not asked any more once the screen is loaded. failed is called if it is not
 * asked. */
export function openQuestion(purpose: string, failed = (): void => {}, isStillAsked = (): boolean => true): void {
  const id = 'q-' + purpose;
  showSaved(false);
  if (document.getElementById('nod-' + id)) return layers.open(id);
  loadQuestions().then(() => (isStillAsked() ? layers.open(id) : failed()), failed);
}

/** Answers the app that asked for a permission. If it opened the page only for that, the page is done. */
function answerApp(
  permission: string,
  state: State,
  re?: string,
  isDone = !!initialPermission && permission == initialPermission && choices.hasDecided(),
): void {
  bridge.send({ type: 'nod:permission', permission, state, ...(re && { re }) });
  if (isDone) bridge.send({ type: 'nod:close', reason: 'done' });
}

/** Asks for the permission that the page was opened for, after the app's hello: an enterprise may block it. */
export function askInitialPermission(): void {
  if (hasBegun) return;
  hasBegun = true;
  initialPermission = new URLSearchParams(location.search).get('permission') || '';
  if (initialPermission) askPermission(initialPermission);
}

/** Asks for a permission that the app needs. Its own answer counts, whatever the first layer's is; a refusal is not
 * asked again in its term. Nothing is asked before the first layer is answered, or while another question waits. */
export function askPermission(id: string, re?: string): void {
  const purpose = getOwn(page.permissions, id);
  const isAsked = (): boolean => !!purpose && choices.hasAnswered() && choices.getAnswer(purpose) == 'unasked';
  if (!purpose || !choices.hasAnswered()) return answerApp(id, 'denied', re);
  if (!isAsked()) return answerApp(id, choices.getAnswer(purpose), re);
  if (pendingPermission) return answerApp(id, 'unasked', re, false);
  pendingPermission = { permission: id, re };
  openQuestion(
    purpose,
    () => {
      pendingPermission = undefined;
      answerApp(id, 'unasked', re);
    },
    isAsked,
  );
}

/** Answers the visible question. */
export function answerQuestion(to: 'granted' | 'denied'): void {
  const id = getQuestionPurpose(layers.getTop());
  if (!id || (to == 'granted' && choices.isBlockedByTenant(id))) return;
  if (to == 'granted' && !choices.canGrantMore()) return withAgeAndGuardian(() => answerQuestion(to));
  const permission = findPermission(id);
  choices.decide({
    action: 'save',
    answers: { [id]: to },
    services: {},
    previous: undefined,
    presentation: page.presentations[id] || page.presentation,
    ...(permission && { permission }),
  });
  const asked =
    pendingPermission && page.permissions[pendingPermission.permission] == id ? pendingPermission : undefined;
  showSaved();
  if (asked) pendingPermission = undefined; // before its layer closes, which would report it as unanswered
  layers.close();
  if (asked) answerApp(asked.permission, to, asked.re, true);
}

/** Reports a question that is closed without an answer: it may be asked again. */
export function onLayerClosed(layer: string): void {
  const purpose = pendingPermission && page.permissions[pendingPermission.permission];
  if (!pendingPermission || !purpose || layer != 'q-' + purpose) return;
  const { permission, re } = pendingPermission;
  pendingPermission = undefined;
  answerApp(permission, choices.getAnswer(purpose), re);
}
