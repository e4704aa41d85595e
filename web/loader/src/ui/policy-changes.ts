// What is new in the policy for a visitor who decided under an earlier version of it. When somebody decided is in the cookie; which
// version was in force then, the server says.
import { attempt } from '../core/attempt';
import { timeOf } from '../core/uuid';
import { config, News, Shown, Told } from '../core/config';
import { parse, readLocal } from '../storage/storage';

const of = (): News => config.news || { versions: [], file: '', mark: '' };
const LATE = 5e3; // until the usual banner asks what is to be asked, in ms

let told: Told | undefined;
let coming: Promise<unknown> | undefined;
let failed = false;

const place = (policy: unknown): number =>
  typeof policy == 'string' ? of().versions.findIndex((v) => v.policy == policy) : -1;

/** When the version in force took effect, in ms: what is decided under it is not older, whatever the clock says here. */
export const began = (): number => of().versions.at(-1)?.at || 0;

/** The place of the version that the visitor decided under; that of the present one where nothing was decided. A page out of a cache, or
 * one that was left open, shows a version for some time after its end. */
function since(decision: string): number {
  const { versions } = of();
  let i = versions.length - 1;
  const at = decision && timeOf(decision);
  if (!at) return i;
  while (i > 0 && versions[i]!.at > at) i--; // i is the place of one
  const shown = i && place(attempt(() => policyOf(decision)));
  return shown < 0 ? i : Math.min(i, shown);
}

/** The version that a decision names, where it answers something: to acknowledge one, or to keep one, is to have seen what there is. */
function policyOf(decision: string): unknown {
  const { receipt, queue } = readLocal();
  const sent = queue.find((q) => q.id === decision);
  const record = sent
    ? (parse(sent.body) as { policy?: unknown; answers?: object })
    : receipt?.record.id === decision
      ? receipt.record
      : {};
  return Object.keys(record.answers || {}).length ? record.policy : undefined;
}

const after = (decision: string, is: string, seen = -1): boolean =>
  of()
    .versions.slice(Math.max(since(decision), seen) + 1)
    .some((v) => v.class == is);

/** What the banner shows instead, as far as it has come; then() is called when it has, or can't be had. undefined where the usual
 * banner does. */
export function banner(
  at: string,
  decision: string,
  asks: boolean,
  then: () => void,
): (Shown & { css: string; kept: string | undefined; from: string }) | 'coming' | undefined {
  if (failed || !after(decision, 'material')) return;
  if (!told) {
    if (!coming) {
      const late = (): void => {
        failed = !told;
        if (failed) then();
      };
      coming = import(at + of().file).then(({ news }: { news: Told }) => {
        if (failed) return;
        told = news;
        then();
      }, late);
      setTimeout(late, LATE);
    }
    return 'coming';
  }
  const i = since(decision);
  const { ask, tell, kept, reduces } = { kept: undefined, reduces: false, ...told.told[i]! }; // there is one for each version; and of their own: a page may have put some into Object.prototype
  return { ...(asks && !reduces ? ask : tell), css: told.css, kept, from: of().versions[i]!.policy }; // i is the place of one
}

/** What marks the way back: something smaller is new, and was not looked at. */
export const marked = (decision: string): string =>
  !after(decision, 'material') && after(decision, 'minor', place(readLocal().seen)) ? of().mark : '';
