// What a native first layer in TypeScript or ArkTS needs beside its drawing: the check of the package, the content hash
// of what is drawn, and the answers that were tapped. It is plain TypeScript without dependencies: NativeFirstLayer.ets
// gives it what the system has. It makes no request, and asks the system nothing about the device.

export interface Run {
  s: string;
  strong?: boolean;
  lang?: string; // if it differs from the document's
}
export interface Block {
  t: string;
  text?: Run[];
  level?: number;
  mark?: string;
  page?: string;
  blocks?: Block[];
}
export interface Button {
  do: string;
  text: string;
}
export interface Screen {
  blocks: Block[];
  buttons: Button[];
}
/** native.json. */
export interface NativeDocument extends Screen {
  site: string;
  policy: string;
  platform: string;
  language: string;
  direction: string;
  template: string;
  holds: string[];
  basic: Screen;
  pages: Record<string, Screen>;
  back: string;
  shown: string;
}

/** What the system has. */
export interface System {
  read: (path: string) => Uint8Array; // a file of the package; throws without one
  decode: (bytes: Uint8Array) => string; // UTF-8
  encode: (text: string) => Uint8Array;
  encodeBase64: (bytes: Uint8Array) => string;
  hash: (algorithm: 'SHA256' | 'SHA384', bytes: Uint8Array) => Uint8Array;
  /** Whether an Ed25519 signature, as base64, fits the bytes and this app's key. */
  verify: (bytes: Uint8Array, signature: string) => Promise<boolean>;
  random: (count: number) => Uint8Array;
  readAnswers: () => string; // of a file that no backup takes to another device; throws without one
  writeAnswers: (text: string) => void; // whole or not at all; throws if it can't
  now: () => string; // RFC 3339
  log: (problem: string) => void;
}

/** What the package must be. */
export interface Expected {
  site: string;
  platform: string;
  policy: string; // the oldest that may be shown
  language: string;
}

interface Manifest {
  site: string;
  platform: string;
  policy: string;
  files: { path: string; integrity: string }[];
}

/** Checks the package as it was signed. Returns what is wrong with it; '' if it is whole. */
export async function checkPackage(system: System, expected: Expected): Promise<string> {
  let problem: string;
  try {
    problem = await findProblem(system, expected);
  } catch (e) {
    problem = "it can't be read: " + e;
  }
  if (problem) system.log('the package is not shown: ' + problem);
  return problem;
}

async function findProblem(system: System, expected: Expected): Promise<string> {
  const manifest = system.read('manifest.json');
  const signature = system.decode(system.read('manifest.sig')).trim();
  if (!(await system.verify(manifest, signature))) return "manifest.sig: it is no signature with this app's key";
  const list = JSON.parse(system.decode(manifest)) as Manifest;
  if (list.site !== expected.site) return 'it is of the site ' + list.site;
  if (list.platform !== expected.platform) return 'it is for ' + list.platform;
  if (!(list.policy >= expected.policy)) return 'its policy ' + list.policy + ' is older than ' + expected.policy;
  for (const file of list.files) {
    const hash = system.encodeBase64(system.hash('SHA384', system.read(file.path)));
    if (file.integrity !== 'sha384-' + hash) return file.path + ': it was changed';
  }
  return '';
}

export const parseDocument = (system: System, bytes: Uint8Array): NativeDocument =>
  JSON.parse(system.decode(bytes)) as NativeDocument;

/** The content hash of what is drawn from native.json: of these very bytes. */
export function hashDocument(system: System, bytes: Uint8Array): string {
  const d = parseDocument(system, bytes);
  const fields = [d.site, 'native', d.language, d.policy].map((text) => system.encode(text));
  fields.push(bytes, new Uint8Array(0));
  if (d.shown) fields.push(system.encode(d.shown));
  const all = new Uint8Array(fields.reduce((sum, field) => sum + 8 + field.length, 0));
  let at = 0;
  for (const field of fields) {
    new DataView(all.buffer).setUint32(at + 4, field.length); // big-endian; no field has 4 GB
    all.set(field, at + 8);
    at += 8 + field.length;
  }
  return encodeURL(system, system.hash('SHA256', all).slice(0, 16));
}

const encodeURL = (system: System, bytes: Uint8Array): string =>
  system.encodeBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');

/** An answer, as window.nodFirst has it. */
export interface Answer {
  v: number;
  site: string;
  platform: string;
  id: string;
  agreed: boolean;
  policy: string;
  language: string;
  template: string;
  presentation: string;
  at: string;
  seed: string;
}
interface Answers {
  v: number;
  site: string;
  platform: string;
  policy: string;
  agreed: boolean | undefined;
  answers: Answer[];
}

/** What a start shows. */
export type Next = 'ask' | 'page' | 'basic';

/** The answers that were tapped. The page makes decisions of them. */
export class NativeAnswers {
  private state: Answers;

  constructor(
    private readonly system: System,
    private readonly expected: Expected,
  ) {
    this.state = this.readState() || this.make(undefined, '', []);
  }

  /** For window.nodFirst: what no decision was made of yet. */
  get waiting(): Answer[] {
    return this.state.answers;
  }

  private readState(): Answers | undefined {
    let text = '';
    try {
      text = this.system.readAnswers();
    } catch {
      return undefined; // nothing was answered
    }
    const { site, platform } = this.expected;
    try {
      const read = JSON.parse(text) as Answers;
      const isOwn = read.v === 1 && read.site === site && read.platform === platform && Array.isArray(read.answers);
      if (isOwn && typeof read.agreed === 'boolean') return read;
    } catch {
      // as below
    }
    this.system.log('the answers are of another version, site or platform: the question is asked again');
    return undefined;
  }

  private make(agreed: boolean | undefined, policy: string, answers: Answer[]): Answers {
    const { site, platform } = this.expected;
    return { v: 1, site, platform, policy, agreed, answers };
  }

  /** What a start shows. No clock counts: a refusal stands until its version changes, or the person asks for more. */
  next(d: NativeDocument): Next {
    const { agreed, policy, answers } = this.state;
    if (agreed === undefined) return 'ask';
    if (agreed && !answers.length) return 'page'; // which asks what newer versions changed
    if (policy !== d.policy && !d.holds.includes(policy)) return 'ask';
    return agreed ? 'page' : 'basic';
  }

  /** Stores an answer, before anything else happens. Returns whether it is stored. */
  add(bytes: Uint8Array, agreed: boolean): boolean {
    const { system, expected } = this;
    const d = parseDocument(system, bytes);
    const answer: Answer = {
      v: 1,
      site: expected.site,
      platform: expected.platform,
      id: encodeURL(system, system.random(16)),
      agreed,
      policy: d.policy,
      language: d.language,
      template: d.template,
      presentation: hashDocument(system, bytes),
      at: system.now(),
      seed: encodeURL(system, system.random(64)),
    };
    const before = this.state.answers;
    const last = before[before.length - 1];
    const isAgain = !!last && last.agreed === agreed && last.policy === d.policy;
    return this.write(agreed, d.policy, (isAgain ? before : before.concat(answer)).slice(-10));
  }

  /** Decisions were made of the answers up to this one. */
  drop(id: string): void {
    const { agreed, policy, answers } = this.state;
    const done = answers.findIndex((a) => a.id === id);
    if (done >= 0) this.write(agreed === true, policy, answers.slice(done + 1));
  }

  /** The person decided on the page: after a no to everything, later starts need no page either. */
  note(action: string, policy: string): void {
    if (['accept_all', 'reject_all', 'withdraw'].includes(action))
      this.write(action === 'accept_all', policy, this.state.answers);
  }

  private write(agreed: boolean, policy: string, answers: Answer[]): boolean {
    const next = this.make(agreed, policy, answers);
    try {
      this.system.writeAnswers(JSON.stringify(next));
    } catch (e) {
      this.system.log("an answer can't be stored: " + e);
      return false;
    }
    this.state = next;
    return true;
  }
}
