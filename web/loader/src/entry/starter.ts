// starter.js: finds, starts and stops tagged elements. consent.js loads it for pages that have some.
import { findEverywhere } from '../core/find';
import { setTrustedPolicy, type TrustedPolicy } from '../core/trusted-types';
import { setNames } from '../gate/start-tagged';
import type { Starter } from '../gate/tagged-watch';
import { setTagNonce } from '../gate/tag-nonce';
import { apply, watch } from '../gate/tagged-elements';

/** Starts the elements of these trees and of the page, as far as their purposes are granted. policy is the one of
 * consent.js: its name can be taken once. onEmbed is called for each template and each blocked frame. nonce is that of
 * the tag. states has the names of the policy's purposes and services. */
export function start(
  policy: TrustedPolicy,
  trees: Node[],
  isGranted: (id: string) => boolean,
  onEmbed: () => void,
  nonce: string,
  states: object,
): Starter {
  setTrustedPolicy(policy);
  setTagNonce(nonce);
  setNames((id) => id in states);
  // Nothing has run yet: the page was saved after a visit.
  for (const e of findEverywhere<HTMLElement>('script[data-nod=ran]')) delete e.dataset['nod'];
  watch(trees, isGranted, onEmbed);
  return apply;
}
