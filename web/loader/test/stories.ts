// The stories of app/consent/testdata/*.rules, which Go has parsed: NOD_STORIES is the file.
// app/consent/stories_test.go is the same in Go. What a story expects of the server is for Go alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answers, Form } from '../src/core/config';
import type { Action, Intent } from '../src/core/core';
import { actionAnswers, DecisionResult, decide } from '../src/core/decide';
import { evaluate, listItems, mapToCurrentHashes, NOTHING_STORED, Question } from '../src/core/evaluate';

interface Step {
  line: string;
  words: string[];
  form: Form;
  policy: string;
  now: string;
  gpc: boolean;
}
export interface Story {
  name: string;
  steps: Step[];
}

/** One visitor's browser in a story. */
class Visit {
  private stored = NOTHING_STORED;
  private held = { subject: '', secret: '' };
  private opened = new Map<string, string>(); // by tab, the decision that it knows of
  private last: DecisionResult | undefined; // undefined if the last act was no decision

  run(step: Step, n: number): void {
    const [command = '', ...rest] = step.words;
    if (command == 'expect') this.expect(step, rest);
    else if (command == 'open') this.opened.set(rest[0] || '', this.stored.decision);
    else if (command == 'lose') this.held = { subject: '', secret: '' };
    else this.decide(step, n, this.intent(step, command, rest));
  }

  private question({ form, gpc, now }: Step): Question {
    return evaluate(form, mapToCurrentHashes(form, this.stored), gpc, Date.parse(now));
  }

  private intent(step: Step, command: string, words: string[]): Intent {
    const at = words.indexOf('in');
    const previous = at < 0 ? undefined : this.opened.get(words[at + 1] || '');
    const named = at < 0 ? words : words.slice(0, at);
    const actions: Record<string, Action> = {
      accept: 'accept_all',
      reject: 'reject_all',
      save: 'save',
      withdraw: 'withdraw',
    };
    const action = actions[command];
    assert.ok(action, command + ': no such command');
    const intent: Intent = { action, answers: {}, services: {}, previous, presentation: 'custom' };
    if (command == 'save') this.addAnswers(step.form, named, intent);
    else
      intent.answers = actionAnswers(
        step.form,
        this.question(step),
        step.gpc,
        command == 'accept' ? 'granted' : 'denied',
      );
    if (command == 'withdraw' && named.length) intent.answers = pick(intent.answers, named);
    return intent;
  }

  private addAnswers(form: Form, words: string[], { answers, services }: Intent): void {
    for (const word of words) {
      const [id = '', state] = word.split('=');
      const into = form.purposes.some((p) => p.id == id) ? answers : services;
      into[id] = state == 'granted' ? 'granted' : 'denied';
    }
  }

  private decide(step: Step, n: number, intent: Intent): void {
    this.last = decide(step.form, intent, {
      stored: mapToCurrentHashes(step.form, this.stored),
      credentials: this.held,
      context: { policy: step.policy, language: 'en', platform: 'web', gpc: step.gpc },
      now: Date.parse(step.now),
      earliest: 0,
      random: new Uint8Array(64).fill(n),
    });
    if (!this.last) return;
    const { decision, secret, stored } = this.last;
    this.stored = stored;
    this.held = { subject: secret && decision.subject, secret };
  }

  private expect(step: Step, [what = '', ...words]: string[]): void {
    if (what == 'server') return;
    const q = this.question(step);
    const want = words[0] == 'nothing' ? [] : words;
    const sent = Object.entries(this.last?.decision.answers || {}).map(([id, state]) => id + '=' + state);
    if (what == 'asked') assert.deepEqual(q.ask, want, step.line);
    else if (what == 'signal') assert.deepEqual(q.signal, want, step.line);
    else if (what == 'sent') assert.deepEqual(sent.sort(), want.sort(), step.line);
    else if (what == 'subject') assert.deepEqual([this.last?.decision.secret ? 'new' : 'same'], want, step.line);
    else for (const id of want) assert.equal(q.states[id], what, step.line + ': ' + id);
  }
}

const pick = (answers: Answers, ids: string[]): Answers =>
  Object.fromEntries(Object.entries(answers).filter(([id]) => ids.includes(id)));

/** Tests the stories that a site of this build can have. */
export function testStories(stories: Story[]): void {
  const isPossible = (form: Form): boolean =>
    HAS_EQUIVALENTS || (!form.equivalents && !listItems(form).some((i) => i.was_refusable));
  for (const { name, steps } of stories.filter((s) => s.steps.every((step) => isPossible(step.form)))) {
    test('story: ' + name, () => {
      const visit = new Visit();
      steps.forEach((step, n) => visit.run(step, n));
    });
  }
}
