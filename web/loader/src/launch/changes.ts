// Tells visitors who decided under an earlier version of the policy what changed, and asks them where a change needs an
// answer, as the banner does on a page (ui/policy-changes.ts). It also tells of a version to come that reduces rights.
//
//     due ──the screen is fetched──▶ shown ──agree, refuse, understood, keep──▶ done
//
// A screen that can't be fetched is tried again at the next start: nothing is granted or lost meanwhile.
import { attempt } from '../core/attempt';
import type { Answers } from '../core/config';
import { findElement } from '../core/find';
import { getTrustedPolicy } from '../core/trusted-types';
import { makeObject } from '../core/list';
import { readDecidedPolicy } from '../core/decided-policy';
import { getTime } from '../core/uuid';
import { fetchText } from '../ui/import-part';
import * as layers from './layers';
import { type ChangeScreen, type LaunchChange, page } from './page';
import { choices } from './session';
import { readLocal, readStored } from './store';

/** What is due: what to show, and the version that the visitor decided under. */
interface Due {
  change: LaunchChange;
  from: string;
  screen: ChangeScreen;
}

let visible: Due | undefined;

const listVersions = (): { policy: string; at: number; class: string }[] => page.news?.versions || [];

/** The index of the version that the visitor decided under. */
function findDecidedVersion(decision: string): number {
  const versions = listVersions();
  let i = versions.length - 1;
  const time = getTime(decision);
  while (i > 0 && (versions[i]?.at || 0) > time) i--;
  const policy = attempt(() => readDecidedPolicy(readLocal(), decision));
  const named = versions.findIndex((v) => v.policy === policy);
  return named < 0 ? i : Math.min(i, named);
}

/** What the visitor was not notified of yet. */
function findDue(): Due | undefined {
  const { decision } = readStored();
  if (!decision || !listVersions().length) return;
  const i = findDecidedVersion(decision);
  const change = page.news?.decided[i];
  const isMaterial = listVersions()
    .slice(i + 1)
    .some((v) => v.class == 'material');
  if (!change || !isMaterial) return;
  const asks = choices.getQuestion().ask.some((id) => !choices.isBlockedByTenant(id));
  return { change, from: listVersions()[i]?.policy || '', screen: asks && !change.keep ? change.ask : change.notice };
}

/** Whether the visitor is to be notified of something. */
export const isDue = (): boolean => !!findDue();

/** Whether the screen is there: it is the first layer then. */
export const isShown = (): boolean => !!visible;

/** Fetches the screen, if the visitor is to be notified of something, and shows it. */
export function showChanges(): void {
  const due = visible ? undefined : findDue();
  if (!due) return;
  fetchText(due.screen.html)
    .then((html) => {
      if (visible || findDue()?.screen.html != due.screen.html) return;
      document.getElementById('nod-changes')?.remove();
      findElement(document, '#nod-launch').insertAdjacentHTML(
        'beforeend',
        getTrustedPolicy().createHTML(html) as string,
      );
      visible = due;
      if (!layers.isDeep()) layers.reset('changes');
    })
    .catch(() => {});
}

/** The visitor answers what changed. The other answers stay as they are. */
export function answerChanged(to: 'granted' | 'denied'): void {
  if (!visible) return;
  const { presentation } = visible.screen;
  const all = choices.listActionAnswers(to);
  const asked = choices.getQuestion().ask.filter((id) => all[id]);
  const answers: Answers = makeObject(asked.map((id) => [id, to]));
  visible = undefined;
  const action = to == 'granted' ? 'accept_all' : 'reject_all';
  choices.decide({ action, answers, services: {}, previous: undefined, presentation });
}

/** Acknowledges the change. To accept one that reduces rights is to agree to what could be refused before. */
export function acknowledge(): void {
  if (!visible) return;
  const { change, screen } = visible;
  const refused = change.keep ? page.form.purposes.filter(choices.isRefusedButRequired) : [];
  const answers: Answers = makeObject(refused.map((p) => [p.id, 'granted']));
  finish(page.policy, screen.presentation, answers);
}

/** Keeps the earlier version. */
export function keepEarlier(): void {
  if (visible?.change.keep) finish(visible.from, visible.change.keep, {});
}

function finish(policy: string, presentation: string, answers: Answers): void {
  visible = undefined;
  choices.decide({ action: 'save', answers, services: {}, previous: undefined, policy, presentation });
}
