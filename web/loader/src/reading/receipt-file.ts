// A receipt as its file has it.
import { attempt } from '../core/attempt';

/** A dialog that a platform drew. */
export interface Dialog {
  by: string;
  statement: string;
  state: string;
  time: string;
}

/** A decision. */
export interface StoredRecord {
  site: string;
  received_at: string;
  id: string;
  policy: string;
  action: string;
  answers: Record<string, string>;
  services?: Record<string, string>;
  presentation_kind?: string;
  dialog?: Dialog;
}

/** A step of a request. */
export interface RequestEvent {
  site: string;
  type: string;
  case: string;
  at: string;
  policy: string;
  items: { kind: string; state: string; due?: string; outcome?: string }[];
}

export interface Receipt {
  type: string;
  site: string;
  record: StoredRecord | RequestEvent;
  salt: string;
  leaf_index: number;
  tree_size: number;
  proof: string[];
  checkpoint: string;
  key: string;
}

const MEMBERS = 'checkpoint key leaf_index proof record salt site tree_size type';

/** The canonical JSON that the leaf commits to (RFC 8785). Its numbers and texts are written as JavaScript does. */
export function canonicalize(v: unknown): string {
  if (Array.isArray(v)) return '[' + v.map(canonicalize).join() + ']';
  if (!v || typeof v != 'object') return JSON.stringify(v);
  const o = v as Record<string, unknown>;
  return (
    '{' +
    Object.keys(o)
      .sort()
      .map((k) => JSON.stringify(k) + ':' + canonicalize(o[k]))
      .join() +
    '}'
  );
}

const isText = (v: unknown): v is string => typeof v == 'string';

/** Parses a receipt as strictly as "nod verify" does; undefined if it is not one. */
export function parseReceipt(json: string): Receipt | undefined {
  const r = attempt(() => JSON.parse(json) as Receipt | null);
  const isReceipt =
    !!r &&
    typeof r == 'object' &&
    Object.keys(r).sort().join(' ') == MEMBERS &&
    r.type == 'nod-receipt/1' &&
    [r.site, r.salt, r.checkpoint, r.key].every(isText) &&
    Number.isSafeInteger(r.leaf_index) &&
    Number.isSafeInteger(r.tree_size) &&
    Array.isArray(r.proof) &&
    r.proof.every(isText) &&
    !!r.record &&
    typeof r.record == 'object' &&
    !Array.isArray(r.record);
  return isReceipt ? r : undefined;
}
