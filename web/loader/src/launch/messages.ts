// What the app says to the page, and what the page says of itself.
import { find } from '../core/find';
import { given } from '../core/rules';
import type { Inward } from './bridge';
import * as layers from './layers';
import { known, page, server } from './page';
import { askPermission, begin } from './questions';
import { draw, screen, setAppearance, system } from './screens';
import { bridge, choices } from './session';

type Handlers = { [T in Inward['type']]: (m: Extract<Inward, { type: T }>) => void };

let wasDecided: boolean; // when the app last heard of it

const handlers: Handlers = {
  'nod:hello'(m) {
    choices.store.host();
    choices.forget();
    if (m.platform && m.platform != page.platform)
      console.warn(
        'nod: the app is on ' +
          m.platform +
          ', and this page is for ' +
          page.platform +
          ': its permissions and SDKs are others.',
      );
    Object.assign(system, m.permissions);
    choices.manage(m.tenant);
    setAppearance(undefined, m.large);
    draw();
    if (choices.decided() && layers.top() == 'ask' && !layers.isDeep()) layers.reset('menu');
    if (choices.decided() != wasDecided) sendReady(); // what an enterprise keeps off is not asked
    begin();
  },
  'nod:permission'(m) {
    if (m.state && m.state != 'unknown') system[m.permission] = m.state;
    draw();
    askPermission(m.permission, m.re);
  },
  'nod:sdk'(m) {
    bridge.send({
      type: 'nod:sdk',
      sdk: m.sdk,
      state: given(choices.sdks(), m.sdk) || 'denied',
      ...(m.re && { re: m.re }),
    });
  },
  'nod:theme'(m) {
    setAppearance(m.scheme, m.large);
  },
  'nod:back'() {
    if (layers.isDeep()) layers.close();
    else bridge.send({ type: 'nod:close', reason: 'back' });
  },
};

export function handleMessage(m: Inward): void {
  (handlers[m.type] as (m: Inward) => void)(m); // which is the handler of that type
}

/** Tells the app how things stand, and says whether it took that. */
export function sendReady(newer?: string): boolean {
  wasDecided = choices.decided();
  return bridge.send({ type: 'nod:ready', policy: page.policy, decided: wasDecided, ...(newer && { newer }) });
}

/** Looks for a newer version of the policy on the server, and says so. */
export function lookForNewerPolicy(): void {
  if (!page.server || !known) return;
  fetch(server + 'v1/' + page.site + '/policy?lang=' + page.language, { credentials: 'omit' })
    .then((r) => (r.ok ? r.json() : Promise.reject(r.status)))
    .then(({ version }: { version: unknown }) => {
      if (typeof version != 'string' || version == page.policy) return;
      const url = server + page.site + '/first-launch?platform=' + page.platform + '&lang=' + page.language;
      const notice = screen('newer');
      notice.hidden = false;
      find(notice, 'a').onclick = () => bridge.send({ type: 'nod:openURL', url }) || openWindow(url);
      sendReady(version);
    })
    .catch(() => {}); // offline
}

const openWindow = (url: string): void => void window.open(url, '_blank', 'noopener');
