// The script of the first launch in an app. It asks, reports the answers to the app and sends them to the server. Later
// it asks for one purpose when the app needs it. Without an app it works the same, as a page.
//
//     ask ──agree──▶ (age ──▶ guardian) ──▶ menu ──▶ q-{purpose}, preferences, reader
//      └──disagree─────────────────────────▶ menu ──▶ basic
//
// layers.ts has the screens that are open, questions.ts asks for one purpose, guardian.ts for the age and a guardian.
import * as sender from '../storage/send-queue';
import * as changes from '../launch/changes';
import { disagree, getFirstLayer, requestAgreement, startAsking } from '../launch/first-layer';
import { acceptConsent, answerAge, withAgeAndGuardian } from '../launch/guardian';
import * as layers from '../launch/layers';
import { handleMessage, lookForNewerPolicy, sendReady } from '../launch/messages';
import { isKnownOrigin, page, server } from '../launch/page';
import { core } from '../launch/preferences';
import { answerQuestion, loadQuestions, onLayerClosed, openQuestion } from '../launch/questions';
import { draw, findPermission, getQuestionPurpose, getScreen, setAppearance, showSaved } from '../launch/screens';
import { bridge, choices, setHandlers } from '../launch/session';
import { readLocal, writeLocal } from '../launch/store';
import { followLink, openPage, updateStates } from '../launch/texts';

const HELLO_TIME = 1e3; // that an app may take to say hello, in ms
// A click so soon after one that changed the layer, and so near to it, is the second of a double click.
const DOUBLE_CLICK_TIME = 400; // ms
const DOUBLE_CLICK_DISTANCE = 30; // px

function withdraw(): void {
  core.withdraw(undefined, { previous: undefined, presentation: 'custom' });
  showSaved();
  const saved = getScreen('saved'); // the button is gone
  saved.tabIndex = -1;
  saved.focus();
}

function close(): void {
  const reason = layers.getTop() == 'basic' ? 'basic' : 'done';
  if (reason == 'basic') layers.close();
  bridge.send({ type: 'nod:close', reason });
}

/** Answers a change of the policy, and goes on. */
function finishChange(answer: () => void): void {
  answer();
  layers.reset('menu');
  showSaved();
  bridge.send({ type: 'nod:close', reason: 'decided' });
}

/** What buttons do, by their data-do. */
const actions: Record<string, (button: HTMLElement) => void> = {
  agree: requestAgreement,
  disagree,
  child: () => answerAge('child'),
  teen: () => answerAge('teen'),
  adult: () => answerAge('adult'),
  declines: () => (choices.hasDecided() ? layers.unwind(layers.AGE_LAYERS, () => {}) : disagree()),
  grant: () => answerQuestion('granted'),
  refuse: () => answerQuestion('denied'),
  back: () => layers.close(),
  'agree-changed': () => withAgeAndGuardian(() => finishChange(() => changes.answerChanged('granted'))),
  'refuse-changed': () => finishChange(() => changes.answerChanged('denied')),
  'accept-change': () => withAgeAndGuardian(() => finishChange(changes.acknowledge)),
  'keep-earlier': () => finishChange(changes.keepEarlier),
  understood: () => finishChange(changes.acknowledge),
  'open-preferences': () => openPage('preferences'),
  again: () => layers.open('ask'),
  open: (b) => openQuestion(b.dataset['question'] || ''),
  withdraw,
  settings: () =>
    bridge.send({
      type: 'nod:openSettings',
      permission: findPermission(getQuestionPurpose(layers.getTop()) || '') || '',
    }),
  close,
};

let lastClick = { top: '', x: 0, y: 0, at: -DOUBLE_CLICK_TIME };

/** Whether this is the second click of a double click. It would press what the first one opened. */
function isDoubleClick(e: MouseEvent): boolean {
  const before = lastClick;
  lastClick = { top: layers.getTop(), x: e.clientX, y: e.clientY, at: e.timeStamp };
  const isSoon = e.timeStamp - before.at < DOUBLE_CLICK_TIME;
  return (
    e.detail > 0 &&
    before.top != lastClick.top &&
    isSoon &&
    Math.hypot(e.clientX - before.x, e.clientY - before.y) < DOUBLE_CLICK_DISTANCE
  );
}

addEventListener('click', (e) => {
  if (isDoubleClick(e) || layers.isLeaving()) return e.preventDefault();
  const target = e.target as Element;
  const link = target.closest<HTMLAnchorElement>('a[href]');
  const at = target.closest<HTMLElement>('[data-do], [data-page]');
  const { do: action, page: name } = at?.dataset || {};
  if (!at && link) return followLink(link, e);
  if (!at || action == 'consents') return; // a form handles it
  e.preventDefault();
  if (action) actions[action]?.(at);
  else if (name) openPage(name);
});

addEventListener('submit', (e) => {
  const f = e.target as HTMLFormElement;
  e.preventDefault();
  if (f.closest('#nod-guardian')) acceptConsent(f);
});

addEventListener('keydown', (e) => {
  if (e.key == 'Escape' && layers.isDeep()) layers.close();
});

setHandlers({
  onMessage: handleMessage,
  onChange() {
    draw();
    updateStates();
    sender.flush();
  },
});
sender.start({ config: page, serverBase: server, isKnownOrigin, readLocal, writeLocal }, () => {});
layers.onClose(onLayerClosed);
layers.connect(() => (changes.isShown() ? 'changes' : getFirstLayer()), draw);
if (new URLSearchParams(location.search).get('large') == '1') setAppearance(undefined, true);
layers.restore();
if (!sendReady()) startAsking();
else setTimeout(startAsking, HELLO_TIME);
changes.showChanges();
if (choices.hasAnswered()) void loadQuestions();
sender.flush();
lookForNewerPolicy();
