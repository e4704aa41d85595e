import type { LocalData } from './core';
import { parse } from './json';

/** The version that a decision names, if it answers something. Without answers it acknowledges a version or keeps one,
 * and the visitor saw all there was. Throws for an entry that some script of the page wrote. */
export function readDecidedPolicy({ receipt, queue }: LocalData, decision: string): unknown {
  const queued = queue.find((q) => q.id === decision);
  const record = queued
    ? (parse(queued.body) as { policy?: unknown; answers?: object })
    : receipt?.record.id === decision
      ? receipt.record
      : {};
  return Object.keys(record.answers || {}).length ? record.policy : undefined;
}
