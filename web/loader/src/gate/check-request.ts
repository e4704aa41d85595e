// Checks what is about to be requested, and reports what is blocked.
import { type Block, findBlock } from './host-list';
import { findOffSiteBlock } from './strict';

let reportBlock: (b: Block) => void;

/** Sets what hears of blocked requests. */
export function setReporter(report: (b: Block) => void): void {
  reportBlock = report;
}

export const report = (b: Block): void => reportBlock(b);

/** Reports a request that is blocked, or held. */
export function reportHeld({ hold: _, ...what }: Block, by: string, isHeld: unknown): void {
  reportBlock({ ...what, by, ...(isHeld ? { held: true } : {}) });
}

/** Holds the request of a block. The result is what the caller gets meanwhile; nothing if it is not held. */
type HoldBack = (b: Block) => unknown;

/** Finds what blocks a request to one of these addresses, and reports it, unless by is empty. */
export function checkRequest(
  by: string,
  urls: unknown[],
  hold?: HoldBack,
): (Block & { heldResult?: unknown }) | undefined {
  for (const u of urls) {
    const b = findBlock(u) || (STRICT ? findOffSiteBlock(u) : undefined);
    if (!b) continue;
    if (HOLD && by) {
      const heldResult = hold && hold(b);
      reportHeld(b, by, heldResult);
      return { ...b, heldResult };
    }
    if (by) reportBlock({ ...b, by });
    return b;
  }
  return;
}
