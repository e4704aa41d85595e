// The state of the page: what is stored, and what follows from it.
import { attempt } from '../core/attempt';
import { Answers, config, type State } from '../core/config';
import type { Receipt } from '../core/core';
import { evaluate, getOwn, NOTHING_STORED, Question, Stored } from '../core/evaluate';
import { readLocal, readStored } from '../storage/storage';
import { emit } from './events';

export const hasGPC = config.gpc || (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;

export let stored = NOTHING_STORED;
export let question: Question; // unset before readState

/** Reads the state, once, and reports it to the page: right after the script, or as soon as somebody has to know it.
 * Nothing is granted meanwhile, nor if it can't be read. */
export function readState(): void {
  if (question) return;
  setStored(stored);
  setStored(attempt(readStored) || stored);
  emit('ready', listAnswers());
}

export function setStored(s: Stored): void {
  stored = s;
  question = evaluate(config.form, stored, hasGPC, Date.now());
}

export const getState = (id: string): State | undefined => {
  readState();
  return question.states[id];
};

export const isGranted = (id: string): boolean => {
  readState();
  return question.states[id] == 'granted';
};

/** The answers to these purposes, or to all if none is named. It does without Object.entries, which a page may
 * replace. */
export function pickAnswers(answers: Answers, ids: string[] = []): Answers {
  const picked: Answers = {};
  for (const { id } of config.form.purposes) {
    const answer = getOwn(answers, id);
    if (answer && (!ids.length || ids.includes(id))) picked[id] = answer;
  }
  return picked;
}

export const listAnswers = (): Answers => pickAnswers(question.states);

/** The receipt of the last decision, once the server has confirmed it. */
export function getReceipt(): Receipt | null {
  const r = readLocal().receipt;
  return r && r.record && r.record.id == stored.decision ? r : null;
}
