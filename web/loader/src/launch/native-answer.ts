// What an app asked with a first layer of its own, before any WebView existed. The app only asked, and stored what was
// tapped. This page makes the decisions: it asks for the age and a guardian, and shows no first layer.
//
//     window.nodFirst ──hello──▶ refusal: a decision at once ──▶ menu
//                                agreement ──▶ (age ──▶ guardian) ──▶ a decision ──▶ the app goes on
//
// Each tap comes with random bytes, of which its decision's id and the subject's secret are made: a page that is killed
// and starts again makes the same decision. The app keeps them until external.first names the tap.
import { attempt } from '../core/attempt';
import { getOwn } from '../core/evaluate';
import { decodeBase64 } from '../core/uuid';
import type { Tap } from './choices';
import { page } from './page';
import { getTapDone, setTapDone } from './store';

interface NativeAnswer extends Tap {
  id: string;
  isAgreement: boolean;
}

/** Set at document start: later any script may set an object of that name. */
const injected: unknown = attempt(() => JSON.parse(JSON.stringify(getOwn(window as never, 'nodFirst') || [])));

const warn = (problem: string): void =>
  console.warn('nod: an answer to the native first layer was not taken: ' + problem);

const isText = (v: unknown, form: RegExp): v is string => typeof v == 'string' && form.test(v);

/** Reads one answer. Without all that a decision needs, nothing is taken: the page asks by itself. */
function parseAnswer(raw: unknown): NativeAnswer | undefined {
  const { v, site, platform, id, agreed, policy, language, presentation, at, seed } = Object.assign(
    Object.create(null),
    raw,
  ) as Record<string, unknown>;
  const problem =
    v !== 1
      ? 'its version is ' + v + ', and this page knows 1'
      : site !== page.site
        ? 'it is of the site ' + site + ', and this page of ' + page.site
        : platform !== page.platform
          ? 'it is of ' + platform + ', and this page of ' + page.platform
          : '';
  if (problem) return void warn(problem);
  const isWhole =
    isText(id, /^[\w-]{8,64}$/) &&
    typeof agreed == 'boolean' &&
    isText(policy, /^.{1,64}$/) &&
    isText(language, /^[\w-]{2,35}$/) &&
    isText(presentation, /^([\w-]{22}|custom)$/) &&
    isText(at, /^\d{4}-/) &&
    isText(seed, /^[\w-]{86}$/);
  if (!isWhole) return void warn('a member is missing or has another form');
  return {
    id,
    isAgreement: agreed,
    policy,
    language,
    presentation,
    at: readTime(at),
    seed: decodeBase64(seed),
  };
}

/** When it was tapped. A clock that was ahead then and is right now would date the decision in the future. */
const readTime = (text: string): number => Math.min(Date.parse(text) || Date.now(), Date.now());

/** Whether an answer to a version counts for the one in force: nothing material changed since. */
function isEffective(policy: string): boolean {
  const versions = page.news?.versions || [];
  const now = versions.findIndex((v) => v.policy == page.policy);
  const then = versions.findIndex((v) => v.policy == policy);
  return policy == page.policy || (then >= 0 && versions.slice(then + 1, now + 1).every((v) => v.class != 'material'));
}

function readAnswers(): NativeAnswer[] {
  const all = (Array.isArray(injected) ? injected.slice(-10) : []).map(parseAnswer).filter((a) => !!a);
  const done = all.findIndex((a) => a.id == getTapDone());
  return all.slice(done + 1);
}

let answers: NativeAnswer[] | undefined; // that no decision was made of

const getAnswers = (): NativeAnswer[] => (answers = answers || readAnswers());

const getLast = (): NativeAnswer | undefined => getAnswers()[getAnswers().length - 1];

/** The agreement that waits for its decision, unless it is to a version with other contents. */
export function getWaitingAgreement(): Tap | undefined {
  const last = getLast();
  return last?.isAgreement && isEffective(last.policy) ? last : undefined;
}

/** Whether the app asked, so that the page does not. */
export const hasNativeAnswer = (): boolean => getLast()?.isAgreement === false || !!getWaitingAgreement();

/** Hands each answer to refuse or to agree, in their order. A refusal counts whatever it was to: of a version with
 * other contents it is one of what is asked now, and nobody knows what was shown. */
export function handleNativeAnswers(refuse: (tap: Tap) => void, agree: () => void): void {
  for (const answer of getAnswers().slice()) {
    if (answer.isAgreement) continue;
    setTapDone(answer.id);
    refuse(isEffective(answer.policy) ? answer : { ...answer, policy: page.policy, presentation: 'custom' });
  }
  if (getWaitingAgreement()) agree();
}

/** A decision is made: no answer waits any more. */
export function finishNativeAnswers(): void {
  const last = getLast();
  if (last) setTapDone(last.id);
  answers = [];
}
