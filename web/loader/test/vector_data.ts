// What the vectors of app/consent/testdata are made of. NOD_VECTORS is their folder.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Answers, Form, State } from '../src/core/config';
import { type Answer, listItems, type Stored } from '../src/core/evaluate';

export interface VectorAnswer {
  id: string;
  hash: string;
  state: State;
  day: number;
  gpc?: boolean;
}
export interface VectorStored {
  decision: string;
  subject: string;
  answers: VectorAnswer[];
}
export interface VectorValue {
  name: string;
  value: string;
  repeat?: [string, number];
  length?: number;
}

export const readEnv = (name: string): string => {
  const value = process.env[name];
  assert.ok(value, name + ' is not set');
  return value;
};
export const readJSON = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
export const readVectors = <T>(name: string): T => readJSON<T>(readEnv('NOD_VECTORS') + '/' + name);

export const readAnswers = (list: VectorAnswer[]): Answer[] =>
  list.map((a) => ({ id: a.id, hash: a.hash, granted: a.state == 'granted', day: a.day, gpc: !!a.gpc }));
export const readStored = (v: VectorStored): Stored => ({
  decision: v.decision,
  subject: v.subject,
  answers: readAnswers(v.answers),
});
export const readValue = (v: VectorValue): string => {
  const value = v.value + (v.repeat ? v.repeat[0].repeat(v.repeat[1]) : '');
  if (v.length) assert.equal(value.length, v.length, 'length of the vector');
  return value;
};

/** Whether a site of this build can have the form. */
export const isPossible = (form: Form): boolean =>
  HAS_EQUIVALENTS || (!form.equivalents && !listItems(form).some((i) => i.was_refusable));

export interface Evaluated {
  ask: string[];
  states: Answers;
  signal: string[];
}

/** The form of that name; undefined if a site of this build can't have it. */
export function findForm(forms: Record<string, Form>, name: string): Form | undefined {
  const form = forms[name];
  assert.ok(form, 'form ' + name);
  return isPossible(form) ? form : undefined;
}
