// Questions about one purpose each. The visitor opens them from the menu, and the app when it needs a permission.
import type { State } from '../core/config';
import { findElement } from '../core/find';
import { getOwn } from '../core/evaluate';
import { getTrustedPolicy } from '../core/trusted-types';
import { withAgeAndGuardian } from './guardian';
import * as layers from './layers';
import { page } from './page';
import { fetchText } from '../ui/import-part';
import type { PageMessage } from './bridge';
import { findPermission, getQuestionPurpose, showSaved } from './screens';
import { bridge, choices } from './session';

/** What the app waits for: the answer to the question for a purpose. */
interface PendingQuestion {
  purpose: string;
  /** Answers the app. isDone says that the page is done too, if the app opened it only for that. */
  reply: (state: State, isDone?: boolean) => void;
}

let questionsLoaded: Promise<void> | undefined; // the page starts without the questions' screens
let pending: PendingQuestion | undefined;
let hasBegun = false;
let openedFor = ''; // the permission or the SDK that the page was opened for

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

/** Sends the app an answer. If it opened the page only for that, the page is done. */
function answerApp(message: PageMessage, isDone: boolean): void {
  bridge.send(message);
  if (isDone) bridge.send({ type: 'nod:close', reason: 'done' });
}

const isOpenedFor = (id: string): boolean => !!openedFor && id == openedFor && choices.hasDecided();

/** Asks what the page was opened for, after the app's hello: an enterprise may block it. */
export function askInitialQuestion(): void {
  if (hasBegun) return;
  hasBegun = true;
  const query = new URLSearchParams(location.search);
  const permission = query.get('permission');
  openedFor = permission || query.get('sdk') || '';
  if (permission) askPermission(permission);
  else if (openedFor) askSDK(openedFor, true);
}

/** Asks for a permission that the app needs. */
export function askPermission(permission: string, re?: string): void {
  const reply = (state: State, isDone = isOpenedFor(permission)): void =>
    answerApp({ type: 'nod:permission', permission, state, ...(re && { re }) }, isDone);
  ask({ purpose: getOwn(page.permissions, permission) || '', reply });
}

/** Says whether an SDK may start. If the app needs it, its purpose is asked for first. */
export function askSDK(sdk: string, isNeeded: boolean, re?: string): void {
  const reply = (_?: State, isDone = isOpenedFor(sdk)): void => {
    const state = getOwn(choices.getSDKStates(), sdk) || 'denied';
    answerApp({ type: 'nod:sdk', sdk, state, ...(re && { re }) }, isDone);
  };
  const purpose = getOwn(page.sdks, sdk);
  if (isNeeded && purpose) ask({ purpose, reply });
  else reply();
}

/** Asks for a purpose that the app needs. Its own answer counts, whatever the first layer's is; a refusal is not asked
 * again in its term. Nothing is asked before the first layer is answered, or while another question waits. */
function ask(asked: PendingQuestion): void {
  const { purpose, reply } = asked;
  if (!purpose || !choices.hasAnswered()) return reply('denied');
  const isAsked = (): boolean => choices.getAnswer(purpose) == 'unasked';
  if (!isAsked() || !getOwn(page.presentations, purpose)) return reply(choices.getAnswer(purpose));
  if (pending) return reply('unasked', false);
  pending = asked;
  const fail = (): void => {
    pending = undefined;
    reply('unasked');
  };
  openQuestion(purpose, fail, isAsked);
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
  const asked = pending?.purpose == id ? pending : undefined;
  showSaved();
  if (asked) pending = undefined; // before its layer closes, which would report it as unanswered
  layers.close();
  asked?.reply(to, true);
}

/** Reports a question that is closed without an answer: it may be asked again. */
export function onLayerClosed(layer: string): void {
  const asked = pending;
  if (!asked || layer != 'q-' + asked.purpose) return;
  pending = undefined;
  asked.reply(choices.getAnswer(asked.purpose));
}
