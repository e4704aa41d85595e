// starter.js: finds, starts and stops tagged elements. consent.js loads it for pages that have some.
import { setTrustedPolicy, type TrustedPolicy } from '../core/trusted-types';
import type { Starter } from '../gate/gate';
import { apply, watch } from '../gate/tagged-elements';

/** Starts the elements of these trees and of the page, as far as their purposes are granted. policy is the one of
 * consent.js: its name can be taken once. onEmbed is called for each template and each blocked frame. */
export function start(
  policy: TrustedPolicy,
  trees: Node[],
  isGranted: (id: string) => boolean,
  onEmbed: () => void,
): Starter {
  setTrustedPolicy(policy);
  watch(trees, isGranted, onEmbed);
  return apply;
}
