// What systems and platforms say about privacy, and what an app may do then: everywhere only what the person granted
// here and the system allows. A platform's yes is about its own rules, or about the policy as a whole. It never grants
// a purpose, so nothing here returns an answer. testdata/system_states.json has every case; the Kotlin and the Swift
// beside this file pass the same. It is plain TypeScript without dependencies.

/** The state of a purpose, as Nod has it. */
export type State = 'granted' | 'denied' | 'unasked';

/** Whether a purpose is on, and what to do next: have the system ask, or offer its settings. */
export interface Gate {
  isOn: boolean;
  next: 'nothing' | 'prompt' | 'settings';
}

const GATE_ON: Gate = { isOn: true, next: 'nothing' };
const GATE_OFF: Gate = { isOn: false, next: 'nothing' };
const GATE_PROMPT: Gate = { isOn: false, next: 'prompt' };
const GATE_SETTINGS: Gate = { isOn: false, next: 'settings' };

/** A dialog that a platform drew, as a decision with the presentation "platform" has it. */
export interface Dialog {
  by: string;
  statement: string;
  state: string;
  time: string;
}

/** iOS: a purpose that tracks (`tracking` of the policy) needs App Tracking Transparency too. The system's dialog comes
 * only after our yes. */
export function gateTracking(answer: State, isTracking: boolean, status: string): Gate {
  if (answer !== 'granted') return GATE_OFF;
  if (!isTracking || status === 'authorized') return GATE_ON;
  if (status === 'notDetermined') return GATE_PROMPT;
  return status === 'denied' ? GATE_SETTINGS : GATE_OFF; // restricted: the person can't change it
}

/** What an Android app knows of a permission. */
export interface AndroidPermission {
  isGranted: boolean; // checkSelfPermission
  canExplain: boolean; // shouldShowRequestPermissionRationale
  wasRefused: boolean; // as the app stored it: isRefused
}

/** Android: whether the person refused. It is stored after each dialog: one that was swiped away is no answer, and a
 * second refusal looks like it. */
export const isRefused = (p: AndroidPermission): boolean => !p.isGranted && (p.canExplain || p.wasRefused);

/** Android: what the app says of a permission in nod:hello. */
export const describePermission = (p: AndroidPermission): 'granted' | 'denied' | 'prompt' =>
  p.isGranted ? 'granted' : isRefused(p) ? 'denied' : 'prompt';

/** Android: a purpose that shows notifications needs POST_NOTIFICATIONS too, since version 33. Before, there is no
 * dialog: isGranted is areNotificationsEnabled then. */
export function gateNotifications(answer: State, version: number, p: AndroidPermission): Gate {
  if (answer !== 'granted') return GATE_OFF;
  if (p.isGranted) return GATE_ON;
  return version < 33 || isRefused(p) ? GATE_SETTINGS : GATE_PROMPT;
}

/** What AppGallery says of the privacy statement that it hosts. */
export interface HostedStatement {
  drawsOwnLayer: boolean; // whether the app asks by itself: where AppGallery asks, its review refuses a second dialog
  isAgreed: boolean; // to the policy as a whole: no optional purpose is on
  state: string; // for the record; '' if there is nothing to record
}

const RESULTS = ['DISAGREED', 'FULL_MODE_AGREED', 'REQUIRE_RESIGNING_VERSION_UPDATE']; // AppPrivacyResultType

/** HarmonyOS: privacyManager. mode is an AppPrivacyMgmtType (0 UNSUPPORTED, 1 FULL_MODE), result that of the
 * PRIVACY_AGREEMENT; undefined where the call threw. */
export function readHosted(mode: number | undefined, result: number | undefined): HostedStatement {
  if (mode !== 1) return { drawsOwnLayer: mode === 0, isAgreed: false, state: '' };
  const state = RESULTS[result === undefined ? -1 : result] || '';
  return { drawsOwnLayer: false, isAgreed: result === 1, state };
}

/** WeChat, Douyin, uni-app: an API that takes personal information needs the platform's own agreement too. needs is
 * needAuthorization of getPrivacySetting, undefined where the call failed. false means "agreed" and also "nothing was
 * declared", so it proves no yes. */
export function gatePrivacyAPI(answer: State, needs: boolean | undefined): Gate {
  if (answer !== 'granted') return GATE_OFF;
  if (needs === false) return GATE_ON;
  return needs ? GATE_PROMPT : GATE_OFF;
}

/** What such a platform reported, for the record; '' if nothing. */
export const describePrivacySetting = (needs: boolean | undefined): string =>
  needs === undefined ? '' : 'needAuthorization=' + needs;
