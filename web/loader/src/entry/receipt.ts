// The script of the page that checks a receipt. It reads the file and shows what is in it. check.wasm does the
// arithmetic; it is loaded when the visitor chooses the first file. Nothing of the receipt is sent anywhere.
import { attempt } from '../core/attempt';
import { findElement } from '../core/find';
import { completePrinted } from '../reading/printed';
import { getTrustedPolicy } from '../core/trusted-types';
import { formatTime } from '../reading/time';
import {
  canonicalize,
  type Dialog,
  parseReceipt,
  type Receipt,
  type RequestEvent,
  type StoredRecord,
} from '../reading/receipt-file';

type Step = 'form' | 'record' | 'checkpoint' | 'signature' | 'inclusion';

/** The words on steps of requests. */
interface Desk extends Record<'tree' | 'step' | 'logged' | 'due' | 'id', string> {
  kinds: Record<string, string>;
  states: Record<string, string>;
  outcomes: Record<string, string>;
  events: Record<string, string>;
}

interface Page {
  site: string;
  desk?: Desk; // of a site that takes requests of persons
  words: Record<
    | Step
    | ('working' | 'good' | 'stored' | 'native' | 'platform' | 'failed')
    | ('granted' | 'denied' | 'version' | 'id' | 'json'),
    string
  > & { actions: Record<string, string> };
  print: string;
  names: [string, string][]; // of purposes and services by id, in the policy's order
  keys: string;
  wasm: string;
  exec: string;
}

type Check = (...texts: string[]) => Step | '';

/** Set by the program. */
declare const nodCheck: Check;

declare class Go {
  importObject: WebAssembly.Imports;
  run(i: WebAssembly.Instance): Promise<void>;
}

const page = JSON.parse(findElement(document, '#nod-page').textContent) as Page;
const names = new Map(page.names);
const result = findElement(document, '#nod-result');
const file = findElement<HTMLInputElement>(document, '#nod-file');

const MAX_SIZE = 64 << 10; // bytes, ledger.MaxReceipt
let program: Promise<Check> | undefined;

async function startProgram(): Promise<Check> {
  const compiled = fetch(page.wasm);
  compiled.catch(() => {}); // reported below
  await new Promise((done, failed) => {
    const s = document.createElement('script');
    s.src = getTrustedPolicy().createScriptURL(page.exec);
    s.onload = done;
    s.onerror = failed;
    document.head.append(s);
  });
  const go = new Go();
  const { instance } = await WebAssembly.instantiateStreaming(compiled, go.importObject);
  void go.run(instance); // as long as the page is open
  return nodCheck;
}

function loadProgram(): Promise<Check> {
  program ||= startProgram();
  program.catch(() => (program = undefined));
  return program;
}

/** The keys with which this service signs, and signed before. */
async function fetchKeys(): Promise<string> {
  const r = await fetch(page.keys);
  if (!r.ok) throw new Error(r.status + '');
  return ((await r.json()) as { keys: { verifier: string }[] }).keys.map((k) => k.verifier).join('\n');
}

function addElement<K extends keyof HTMLElementTagNameMap>(
  to: HTMLElement,
  tag: K,
  words: string,
  name = '',
): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  e.textContent = words;
  if (name) e.className = name;
  to.append(e);
  return e;
}

function showMessage(words: string, name = 'note'): void {
  result.textContent = '';
  addElement(result, 'p', words, name);
}

/** Says what is known of a dialog whose words are not. */
function describeDialog(dialog: Dialog): string {
  const facts: Record<string, string> = { ...dialog, time: formatTime(dialog.time) };
  return page.words.platform.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] || '');
}

/** Fills in when a leaf was stored, and where it is in the log. */
const describePlace = (sentence: string, time: string, r: Receipt): string =>
  sentence
    .replace('{time}', formatTime(time))
    .replace('{n}', r.leaf_index + 1 + '')
    .replace('{all}', r.tree_size + '');

function showReceipt(r: Receipt): void {
  const { words, print } = page;
  result.textContent = '';
  const card = addElement(result, 'article', '', 'receipt');
  const head = addElement(card, 'div', '', 'verdict');
  head.append(findElement(document, '.seal').cloneNode(true));
  addElement(head, 'p', words.good, 'note good');
  if ('case' in r.record) showEvent(card, r, r.record);
  else showRecord(card, r, r.record);
  const whole = addElement(card, 'details', '');
  addElement(whole, 'summary', words.json);
  const text = addElement(whole, 'pre', JSON.stringify(r, null, 2));
  text.dir = 'ltr';
  text.tabIndex = 0; // it scrolls
  const button = addElement(card, 'button', print, 'print');
  button.type = 'button';
  button.addEventListener('click', () => window.print());
}

function showRecord(card: HTMLElement, r: Receipt, record: StoredRecord): void {
  const { words } = page;
  addElement(card, 'h2', words.actions[record.action] || record.action);
  addElement(card, 'p', describePlace(words.stored, record.received_at, r));
  if (record.presentation_kind == 'native') addElement(card, 'p', words.native);
  if (record.dialog) addElement(card, 'p', describeDialog(record.dialog));
  addAnswers(card, record);
  addFacts(card, [
    [words.version, record.policy],
    [words.id, record.id],
  ]);
}

function showEvent(card: HTMLElement, r: Receipt, event: RequestEvent): void {
  const { desk } = page;
  if (!desk) return;
  addElement(card, 'h2', desk.step.replace('{event}', desk.events[event.type] || event.type));
  addElement(card, 'p', describePlace(desk.logged, event.at, r));
  const list = addElement(card, 'ul', '', 'answers');
  for (const i of event.items) {
    const line = addElement(list, 'li', (desk.kinds[i.kind] || i.kind) + ' ');
    const outcome = i.outcome ? desk.outcomes[i.outcome] || i.outcome : '';
    addElement(line, 'span', (desk.states[i.state] || i.state) + outcome);
    if (i.due && !outcome) addElement(line, 'p', desk.due.replace('{date}', i.due));
  }
  addFacts(card, [
    [page.words.version, event.policy],
    [desk.id, event.case],
  ]);
}

function addFacts(card: HTMLElement, list: [string, string][]): void {
  const facts = addElement(card, 'dl', '', 'facts');
  for (const [label, value] of list) {
    const fact = addElement(facts, 'div', '');
    addElement(fact, 'dt', label);
    addElement(fact, 'dd', value).dir = 'ltr';
  }
}

/** Lists what was granted and denied, by name. */
function addAnswers(card: HTMLElement, record: StoredRecord): void {
  const answers = new Map(Object.entries({ ...record.answers, ...record.services }));
  const list = addElement(card, 'ul', '', 'answers');
  for (const id of new Set([...names.keys(), ...answers.keys()])) {
    const state = answers.get(id);
    if (!state) continue;
    const line = addElement(list, 'li', (names.get(id) || id) + ' ');
    addElement(line, 'span', state == 'granted' ? page.words.granted : page.words.denied, state);
  }
}

/** The step at which the receipt fails; '' if it is valid. */
async function checkReceipt(r: Receipt): Promise<Step | ''> {
  const isOfDesk = !!page.desk && r.site == page.desk.tree;
  if ((r.site != page.site && !isOfDesk) || r.record.site != r.site || 'case' in r.record != isOfDesk) return 'record';
  const [run, trust] = await Promise.all([loadProgram(), fetchKeys()]);
  return run(
    r.site,
    canonicalize(r.record),
    r.salt,
    r.leaf_index + '',
    r.tree_size + '',
    r.proof.join('\n'),
    r.checkpoint,
    r.key,
    trust,
  );
}

let lastTurn = 0; // only the result of the last file is shown

/** Checks a file. The result shows the outcome. */
async function checkFile(chosen: File): Promise<() => void> {
  const r = chosen.size <= MAX_SIZE ? parseReceipt(await chosen.text().catch(() => '')) : undefined;
  if (!r) return () => showMessage(page.words.form, 'note failed');
  const failed = await checkReceipt(r);
  return failed ? () => showMessage(page.words[failed], 'note failed') : () => showReceipt(r);
}

completePrinted();

async function check(chosen?: File | null): Promise<void> {
  const turn = ++lastTurn;
  result.textContent = '';
  if (!chosen) return;
  showMessage(page.words.working, 'meta');
  // It fails if the program or the keys can't be loaded.
  const outcome = await checkFile(chosen).catch(() => () => showMessage(page.words.failed));
  if (turn == lastTurn) outcome();
}

file.addEventListener('change', () => void check(file.files && file.files[0]));

// The preferences put the visitor's own receipt after "#", which browsers send to nobody.
const own = attempt(() => decodeURIComponent(location.hash.slice(1)));
if (own) {
  history.replaceState(null, '', location.pathname + location.search);
  void check(new File([own], ''));
}
