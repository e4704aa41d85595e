// Google Consent Mode v2: everything is denied by default, before any tag, and updated with each answer.
// https://developers.google.com/tag-platform/security/guides/consent
import { areAllGranted, Answers, followAnswers, getList, page } from './adapter';

interface Options {
  signals: Record<string, string[]>; // purposes that each signal needs
  asked: string[]; // the signals' purposes that are not required
  wait?: number; // how long tags wait for the answer, in ms
  regions?: { in: string[]; granted: string[] }[];
  variable?: string;
}

declare const __OPTIONS__: Options;
const { signals, asked, wait, regions, variable } = __OPTIONS__;

const SIGNALS = [
  'ad_storage',
  'ad_user_data',
  'ad_personalization',
  'analytics_storage',
  'functionality_storage',
  'personalization_storage',
  'security_storage',
];

function makeSignalStates(isGranted: (signal: string) => boolean): Record<string, unknown> {
  const states: Record<string, unknown> = {};
  for (const s of SIGNALS) states[s] = isGranted(s) ? 'granted' : 'denied';
  return states;
}

/** Pushes the arguments object: Google's tags read no array. */
function pushCommand(..._: unknown[]): void {
  // biome-ignore lint/complexity/noArguments: Google's tools read the arguments object, not an array
  getList(variable || 'dataLayer').push(arguments);
}

const pause = wait ? { wait_for_update: wait } : {};
pushCommand('consent', 'default', { ...makeSignalStates(() => false), ...pause });
for (const r of regions || [])
  pushCommand('consent', 'default', { ...makeSignalStates((s) => r.granted.includes(s)), ...pause, region: r.in });
page.gtag = page.gtag || pushCommand;

followAnswers((answers: Answers, first) => {
  // Before the first answer the defaults hold: an update would end the wait for it.
  if (first && asked.length && asked.every((id) => answers[id] == 'unasked')) return;
  pushCommand(
    'consent',
    'update',
    makeSignalStates((s) => areAllGranted(signals[s], answers)),
  );
});
