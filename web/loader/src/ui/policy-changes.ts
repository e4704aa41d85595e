// What is new in the policy for a visitor who decided under an earlier version. The cookie says when the visitor
// decided, and the server which version was in force then.
import { attempt } from '../core/attempt';
import { type BannerVariant, type ChangeBanners, config, type PolicyChanges } from '../core/config';
import { readDecidedPolicy } from '../core/decided-policy';
import { getTime } from '../core/uuid';
import { readLocal } from '../storage/storage';

const MAX_LOAD_TIME = 5e3; // in ms; then the usual banner asks

/** A banner that shows what is new. */
export interface ChangeBanner extends BannerVariant {
  css: string;
  keep: string | undefined; // presentation of keeping the earlier version, if the visitor may
  from: string; // the earlier version
}

let banners: ChangeBanners | undefined;
let loading: Promise<unknown> | undefined;
let hasFailed = false;

const getChanges = (): PolicyChanges => config.changes || { versions: [], file: '', notice: '' };

const findVersion = (policy: unknown): number =>
  typeof policy == 'string' ? getChanges().versions.findIndex((v) => v.policy == policy) : -1;

/** When the newest version that the visitor sees took effect, or was announced, in ms. A decision now is not older,
 * whatever the clock here says. */
export const getEffectiveTime = (): number => (getChanges().versions.slice(-1)[0] || { at: 0 }).at;

/** The index of the version that the visitor decided under; of the present one without a decision. A page out of a
 * cache, or one that was left open, shows a version for some time after its end. */
function findDecidedVersion(decision: string): number {
  const { versions } = getChanges();
  let i = versions.length - 1;
  const time = decision && getTime(decision);
  if (!time) return i;
  while (i > 0 && versions[i]!.at > time) i--; // i is the index of one
  const shown = i && findVersion(attempt(() => readDecidedPolicy(readLocal(), decision)));
  return shown < 0 ? i : Math.min(i, shown);
}

/** Whether there was a change of this class since the decision, and after the version with the index seen. */
const hasChangeAfter = (decision: string, changeClass: string, seen = -1): boolean =>
  getChanges()
    .versions.slice(Math.max(findDecidedVersion(decision), seen) + 1)
    .some((v) => v.class == changeClass);

/** The banner that shows what is new; undefined if the usual one is enough. While it is loading, onLoad is called once
 * it is there or can't be loaded. */
export function getChangeBanner(
  base: string,
  decision: string,
  asks: boolean,
  onLoad: () => void,
): ChangeBanner | 'loading' | undefined {
  if (hasFailed || !hasChangeAfter(decision, 'material')) return;
  if (!banners) {
    loadBanners(base, onLoad);
    return 'loading';
  }
  const i = findDecidedVersion(decision); // the index of one
  // The members are the object's own: a page may have put a "keep" into Object.prototype.
  const { ask, notice, keep, reduces } = { keep: undefined, reduces: false, ...banners.banners[i]! };
  return { ...(asks && !reduces ? ask : notice), css: banners.css, keep, from: getChanges().versions[i]!.policy };
}

function loadBanners(base: string, onLoad: () => void): void {
  if (loading) return;
  const fail = (): void => {
    hasFailed = !banners;
    if (hasFailed) onLoad();
  };
  loading = import(base + getChanges().file).then(({ changes }: { changes: ChangeBanners }) => {
    if (hasFailed) return;
    banners = changes;
    onLoad();
  }, fail);
  setTimeout(fail, MAX_LOAD_TIME);
}

/** The notice on the reopen button, if there was a smaller change that the visitor did not look at. */
export const getReopenNotice = (decision: string): string =>
  !hasChangeAfter(decision, 'material') && hasChangeAfter(decision, 'minor', findVersion(readLocal().seen))
    ? getChanges().notice
    : '';
