// The preferences on the page of the first launch: the preference centre in a frame, which gets the state over a
// channel as on a host page (ui/preferences-frame.ts).
import { performAction, ActionCore } from '../ui/actions';
import { attempt } from '../core/attempt';
import type { Answers } from '../core/config';
import type { Choice, ChoiceOrigin, Intent } from '../core/core';
import { type Erasure, eraseRecords } from '../ui/erase-records';
import { FrameMessage, readChoiceOrigin, makeStateMessage, StateSource } from '../ui/frame-message';
import { getOwn } from '../core/evaluate';
import { withAgeAndGuardian } from './guardian';
import * as layers from './layers';
import { page, server } from './page';
import { getScreen, showSaved } from './screens';
import { choices } from './session';
import * as store from './store';

const { form } = page;

/** What the preference centre gets its state from, and makes its decisions with. */
export const core: ActionCore & StateSource = {
  config: page,
  decide: requestDecision,
  listActionAnswers: choices.listActionAnswers,
  getQuestion: () => ({ ...choices.getQuestion(), states: choices.getStates() }),
  getReceipt: () => store.readLocal().receipt || null,
  save,
  getStored: store.readStored,
  readLocal: store.readLocal,
  isUnanswered: (p) => !!p.separate && choices.getQuestion().states[p.id] == 'unasked',
  withdraw: (_, from) =>
    choices.decide({ action: 'withdraw', answers: choices.listActionAnswers('denied'), services: {}, ...from }),
};

function save(choice: Choice, from: ChoiceOrigin): void {
  const answers: Answers = {};
  const services: Answers = {};
  const pick = (id: string, into: Answers, isLocked: boolean): void => {
    const v = getOwn(choice, id);
    if (v !== undefined) into[id] = (v === true || v == 'granted') && !isLocked ? 'granted' : 'denied';
  };
  for (const p of form.purposes) {
    if (choices.isRefusedButRequired(p)) {
      pick(p.id, answers, false);
      if (answers[p.id] == 'denied') delete answers[p.id]; // it is denied already
    }
    if (p.required) continue;
    pick(p.id, answers, choices.isBlockedByTenant(p.id));
    for (const s of p.services || []) pick(s.id, services, choices.isBlockedByTenant(p.id));
  }
  requestDecision({ action: 'save', answers, services, ...from });
}

/** Makes a decision: at once what needs no age or guardian, and the rest once the visitor may grant it. */
function requestDecision(i: Intent): void {
  const mustWait = !choices.canGrantMore() && choices.listNewGrants({ ...i.answers, ...i.services }).length;
  choices.decide(i);
  if (!mustWait) return;
  withAgeAndGuardian(() => {
    choices.decide({ ...i, previous: undefined });
    postState();
  });
}

let port: MessagePort | undefined;
let erasure: Erasure | undefined; // of the records, since the preferences were opened

const postState = (): void => port?.postMessage({ ...makeStateMessage(core), erasure });

function receive(m: FrameMessage): void {
  if (m.type == 'close' && layers.getTop() == 'preferences') layers.close();
  if (m.type == 'decide' && m.action && m.policy == page.policy) {
    performAction(core, m.action, m.choice, readChoiceOrigin(m));
    showSaved();
  }
  if (m.type == 'erase')
    void eraseRecords({ ...core, serverBase: server }, m).then((done) => {
      erasure = done;
      postState();
    });
  postState();
}

/** Gives the preference centre the look of this page: the app's colour scheme and text size. */
export function copyAppearance(): void {
  const { scheme, large } = document.documentElement.dataset;
  const frame = getScreen('preferences').querySelector('iframe');
  attempt(() =>
    Object.assign(frame?.contentDocument?.documentElement.dataset || {}, scheme && { scheme }, large && { large }),
  );
}

/** Loads the preference centre, or updates it. follow is called with clicked links in it. */
export function load(address: string, follow: (link: HTMLAnchorElement, e: Event) => void): void {
  const into = getScreen('preferences');
  erasure = undefined;
  const before = into.querySelector('iframe');
  if (before && port) return postState();
  before?.remove();
  const f = document.createElement('iframe');
  f.title = into.getAttribute('aria-label') || '';
  f.addEventListener('load', () => {
    copyAppearance();
    attempt(() =>
      f.contentDocument?.addEventListener('click', (e) => {
        const link = (e.target as Element).closest('a');
        if (link) follow(link, e);
      }),
    );
    if (f.contentWindow) connect(f.contentWindow);
  });
  f.src = address;
  into.append(f);
}

function connect(frame: Window): void {
  const { port1, port2 } = new MessageChannel();
  port?.close();
  port = port1;
  port1.onmessage = (e) => attempt(() => e.data && receive(e.data as FrameMessage));
  frame.postMessage({ nod: 1 }, location.origin == 'null' ? '*' : location.origin, [port2]);
  postState();
  port1.postMessage({ type: 'open' });
}
