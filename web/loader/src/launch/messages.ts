// What the app's messages do, and what the page reports about itself.
import { findElement } from '../core/find';
import type { AppMessage, SystemState } from './bridge';
import * as changes from './changes';
import { startAsking } from './first-layer';
import * as layers from './layers';
import { isKnownOrigin, page, server } from './page';
import { copyAppearance } from './preferences';
import { askPermission, askSDK } from './questions';
import { draw, getScreen, setAppearance, showSaved } from './screens';
import { bridge, choices } from './session';
import { startHosting } from './store';
import { updateStates } from './texts';

type MessageHandlers = { [T in AppMessage['type']]: (m: Extract<AppMessage, { type: T }>) => void };

let hasReportedDecision: boolean; // as the app knows

const handlers: MessageHandlers = {
  'nod:hello'(m) {
    startHosting();
    choices.clearCache();
    if (m.platform && m.platform != page.platform)
      console.warn(
        'nod: the app is on ' +
          m.platform +
          ', and this page is for ' +
          page.platform +
          ': its permissions and SDKs are others.',
      );
    choices.setTenant(m.tenant);
    for (const [id, says] of Object.entries(m.permissions || {})) setSystemState(id, says);
    setAppearance(undefined, m.large);
    copyAppearance();
    draw();
    updateStates();
    if (choices.hasDecided() && layers.getTop() == 'ask' && !layers.isDeep()) layers.reset('menu');
    if (choices.hasDecided() != hasReportedDecision) sendReady(); // what an enterprise blocks is not asked
    startAsking();
  },
  'nod:permission'(m) {
    setSystemState(m.permission, m.state || 'unknown');
    draw();
    updateStates();
    askPermission(m.permission, m.re);
  },
  'nod:sdk'(m) {
    askSDK(m.sdk, !!m.ask, m.re);
  },
  'nod:theme'(m) {
    setAppearance(m.scheme, m.large);
    copyAppearance();
  },
  'nod:back'() {
    if (layers.isDeep()) layers.close();
    else bridge.send({ type: 'nod:close', reason: 'back' });
  },
};

function setSystemState(permission: string, says: SystemState): void {
  if (choices.setSystemState(permission, says)) showSaved(false); // the person's last choice here was another
}

export function handleMessage(m: AppMessage): void {
  (handlers[m.type] as (m: AppMessage) => void)(m); // the handler is of that type
}

/** Reports to the app that the page is ready, and returns whether the app took that. */
export function sendReady(newer?: string): boolean {
  hasReportedDecision = choices.hasDecided();
  return bridge.send({
    type: 'nod:ready',
    policy: page.policy,
    decided: hasReportedDecision,
    ...(changes.isDue() && { changed: true }),
    ...(newer && { newer }),
  });
}

/** Looks for a newer version of the policy on the server, and reports it. */
export function lookForNewerPolicy(): void {
  if (!page.server || !isKnownOrigin) return;
  fetch(server + 'v1/' + page.site + '/policy?lang=' + page.language, { credentials: 'omit' })
    .then((r) => (r.ok ? r.json() : Promise.reject(r.status)))
    .then(({ version }: { version: unknown }) => {
      if (typeof version != 'string' || version == page.policy) return;
      const url = server + page.site + '/first-launch?platform=' + page.platform + '&lang=' + page.language;
      const notice = getScreen('newer');
      notice.hidden = false;
      findElement(notice, 'a').onclick = () => bridge.send({ type: 'nod:openURL', url }) || openWindow(url);
      sendReady(version);
    })
    .catch(() => {}); // offline
}

const openWindow = (url: string): void => void window.open(url, '_blank', 'noopener');
