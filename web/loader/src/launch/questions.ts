// The questions about one purpose each: opened from the menu, and asked when the app needs a permission.
import type { State } from '../core/config';
import { find } from '../core/find';
import { given } from '../core/rules';
import { trusted } from '../core/trusted-types';
import { withAgeAndGuardian } from './guardian';
import * as layers from './layers';
import { page } from './page';
import { fetchText } from './reader';
import { permissionOf, questionOf } from './screens';
import { bridge, choices } from './session';

let coming: Promise<void> | undefined; // the questions' screens, which the page begins without
let waiting: { permission: string; re?: string | undefined } | undefined; // an app that wants an answer
let hasBegun = false;
let only = ''; // the permission that the page was opened for

/** Fetches the questions' screens. */
export function bringQuestions(): Promise<void> {
  coming =
    coming ||
    fetchText(page.questions).then((html) =>
      find(document, '#nod-launch').insertAdjacentHTML('beforeend', trusted().createHTML(html) as string),
    );
  coming.catch(() => (coming = undefined)); // the next time it may be had
  return coming;
}

/** Asks for one purpose, or says that it can't; not any more where it came to nothing meanwhile. */
export function openQuestion(purpose: string, failed = (): void => {}, isStillAsked = (): boolean => true): void {
  const id = 'q-' + purpose;
  if (document.getElementById('nod-' + id)) return layers.open(id);
  bringQuestions().then(() => (isStillAsked() ? layers.open(id) : failed()), failed);
}

/** Answers the app that asked for a permission. Where it opened the page for nothing else, that is done. */
function answerApp(
  permission: string,
  state: State,
  re?: string,
  isDone = !!only && permission == only && choices.decided(),
): void {
  bridge.send({ type: 'nod:permission', permission, state, ...(re && { re }) });
  if (isDone) bridge.send({ type: 'nod:close', reason: 'done' });
}

/** Asks for what the page was opened for, once it is known what the app knows: an enterprise may keep it off. */
export function begin(): void {
  if (hasBegun) return;
  hasBegun = true;
  only = new URLSearchParams(location.search).get('permission') || '';
  if (only) askPermission(only);
}

/** The app needs a permission: what was answered holds, and a refusal rests. Nothing is asked before the first layer is
 * answered, and nothing in the basic mode. One question at a time: another stays as it is. */
export function askPermission(id: string, re?: string): void {
  const { agreed, states } = choices;
  const purpose = given(page.permissions, id);
  const now = purpose && states()[purpose];
  if (!purpose || !agreed() || now != 'unasked')
    return answerApp(id, now == 'granted' && agreed() ? 'granted' : 'denied', re);
  if (waiting) return answerApp(id, 'unasked', re, false);
  waiting = { permission: id, re };
  openQuestion(
    purpose,
    () => {
      waiting = undefined;
      answerApp(id, 'unasked', re);
    },
    () => agreed() && states()[purpose] == 'unasked',
  );
}

/** The question that is seen is answered. */
export function answerQuestion(to: 'granted' | 'denied'): void {
  const id = questionOf(layers.top());
  if (!id || (to == 'granted' && choices.off(id))) return;
  if (to == 'granted' && !choices.entitled()) return withAgeAndGuardian(() => answerQuestion(to));
  const permission = permissionOf(id);
  choices.decide({
    action: 'save',
    answers: { [id]: to },
    services: {},
    previous: undefined,
    presentation: page.presentations[id] || page.presentation,
    ...(permission && { permission }),
  });
  const asked = waiting && page.permissions[waiting.permission] == id ? waiting : undefined;
  if (asked) waiting = undefined; // before its layer closes, which would say that it was not answered
  layers.close();
  if (asked) answerApp(asked.permission, to, asked.re, true);
}

/** A question that is closed without an answer may be asked again. */
export function onLayerClosed(layer: string): void {
  const purpose = waiting && page.permissions[waiting.permission];
  if (!waiting || !purpose || layer != 'q-' + purpose) return;
  const { permission, re } = waiting;
  waiting = undefined;
  answerApp(permission, choices.agreed() ? choices.states()[purpose] || 'unasked' : 'denied', re);
}
