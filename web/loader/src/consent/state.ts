// The state of the page: what is stored, and what follows from it.
import { Answers, config } from '../core/config';
import type { Receipt } from '../core/core';
import { evaluate, Question, Stored } from '../core/rules';
import { readLocal } from '../storage/storage';

export const hasGPC = config.gpc || (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;

export let stored: Stored;
export let question: Question;

export function setStored(s: Stored): void {
  stored = s;
  question = evaluate(config.form, stored, hasGPC, Date.now());
}

export const isGranted = (id: string): boolean => question.states[id] == 'granted';

export function listAnswers(): Answers {
  const answers: Answers = {};
  for (const p of config.form.purposes) answers[p.id] = question.states[p.id]!; // evaluate sets one for each purpose
  return answers;
}

/** The receipt of the last decision, once the server has confirmed it. */
export function getReceipt(): Receipt | null {
  const r = readLocal().receipt;
  return r && r.record && r.record.id == stored.decision ? r : null;
}
