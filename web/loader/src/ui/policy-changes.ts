// What is new in the policy for a visitor who decided under an earlier version of it. When somebody decided is in the cookie; which
// version was in force then, the server says.
import { attempt } from '../core/attempt';
import { getTime } from '../core/uuid';
import { config, PolicyChanges, BannerVariant, ChangeBanners } from '../core/config';
import { parse, readLocal } from '../storage/storage';

const getChanges = (): PolicyChanges => config.news || { versions: [], file: '', mark: '' };
const MAX_LOAD_TIME = 5e3; // until the usual banner asks what is to be asked, in ms

let banners: ChangeBanners | undefined;
let loading: Promise<unknown> | undefined;
let hasFailed = false;

const findVersion = (policy: unknown): number =>
  typeof policy == 'string' ? getChanges().versions.findIndex((v) => v.policy == policy) : -1;

/** When the version in force took effect, in ms: what is decided under it is not older, whatever the clock says here. */
export const getEffectiveTime = (): number => getChanges().versions.at(-1)?.at || 0;

/** The place of the version that the visitor decided under; that of the present one where nothing was decided. A page out of a cache, or
 * one that was left open, shows a version for some time after its end. */
function findDecidedVersion(decision: string): number {
  const { versions } = getChanges();
  let i = versions.length - 1;
  const at = decision && getTime(decision);
  if (!at) return i;
  while (i > 0 && versions[i]!.at > at) i--; // i is the place of one
  const shown = i && findVersion(attempt(() => readDecidedPolicy(decision)));
  return shown < 0 ? i : Math.min(i, shown);
}

/** The version that a decision names, where it answers something: to acknowledge one, or to keep one, is to have seen what there is. */
function readDecidedPolicy(decision: string): unknown {
  const { receipt, queue } = readLocal();
  const sent = queue.find((q) => q.id === decision);
  const record = sent
    ? (parse(sent.body) as { policy?: unknown; answers?: object })
    : receipt?.record.id === decision
      ? receipt.record
      : {};
  return Object.keys(record.answers || {}).length ? record.policy : undefined;
}

const hasChangeAfter = (decision: string, is: string, seen = -1): boolean =>
  getChanges()
    .versions.slice(Math.max(findDecidedVersion(decision), seen) + 1)
    .some((v) => v.class == is);

/** What the banner shows instead, as far as it has come; then() is called when it has, or can't be had. undefined where the usual
 * banner does. */
export function getChangeBanner(
  at: string,
  decision: string,
  asks: boolean,
  then: () => void,
): (BannerVariant & { css: string; kept: string | undefined; from: string }) | 'coming' | undefined {
  if (hasFailed || !hasChangeAfter(decision, 'material')) return;
  if (!banners) {
    if (!loading) {
      const late = (): void => {
        hasFailed = !banners;
        if (hasFailed) then();
      };
      loading = import(at + getChanges().file).then(({ news }: { news: ChangeBanners }) => {
        if (hasFailed) return;
        banners = news;
        then();
      }, late);
      setTimeout(late, MAX_LOAD_TIME);
    }
    return 'coming';
  }
  const i = findDecidedVersion(decision);
  const { ask, tell, kept, reduces } = { kept: undefined, reduces: false, ...banners.told[i]! }; // there is one for each version; and of their own: a page may have put some into Object.prototype
  return { ...(asks && !reduces ? ask : tell), css: banners.css, kept, from: getChanges().versions[i]!.policy }; // i is the place of one
}

/** What marks the way back: something smaller is new, and was not looked at. */
export const getReopenNotice = (decision: string): string =>
  !hasChangeAfter(decision, 'material') && hasChangeAfter(decision, 'minor', findVersion(readLocal().seen))
    ? getChanges().mark
    : '';
