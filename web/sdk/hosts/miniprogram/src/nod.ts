// The first layer of a mini program: it is drawn from native.json, and the decision goes from the mini program itself
// to the server, with a subject of its own. No page of a web-view learns of it: an address can be forged, and WeChat
// has no other way in. The decisions are made by the same code as on web pages.
//
//     tap ──▶ stored ──▶ decision ──▶ queue ──▶ server      after a refusal the queue waits
import { decide } from '../../../../loader/src/core/decide';
import { evaluate, getOwn, NOTHING_STORED, type Stored } from '../../../../loader/src/core/evaluate';
import { decodeBase64 } from '../../../../loader/src/core/uuid';
import type { Answers, Form } from '../../../../loader/src/core/config';
import { type Answer, NativeAnswers, type NativeDocument, parseDocument, type System } from '../../NativeAnswer';
import { decodeUTF8, encodeBase64, encodeUTF8 } from './bytes';
import { hashSHA256 } from './sha256';

export { describePrivacySetting, gatePrivacyAPI } from '../../SystemState';
export { drawScreen } from './screen';

interface Response {
  statusCode: number;
  data: unknown;
  header?: Record<string, string>;
}

/** What WeChat has; Douyin's tt has the same. */
export interface Platform {
  getFileSystemManager: () => { readFileSync: (path: string) => ArrayBuffer | string };
  getStorageSync: (key: string) => unknown; // '' without the key
  setStorageSync: (key: string, text: string) => void;
  getRandomValues: (o: {
    length: number;
    success: (r: { randomValues: ArrayBuffer }) => void;
    fail: (e: unknown) => void;
  }) => void;
  request: (o: {
    url: string;
    method: string;
    header: Record<string, string>;
    data: string;
    success: (r: Response) => void;
    fail: (e: unknown) => void;
  }) => void;
}

export interface Options {
  site: string;
  policy: string; // the oldest that may be shown
  language: string;
  server: string; // without "/" at its end
  folder: string; // that nod bundle wrote, in the mini program
  grantedDays: number; // as ask.granted_days of the site
  deniedDays: number;
}

type Document = NativeDocument & { covers: { id: string; hash: string }[] };

interface Queued {
  id: string;
  body: string;
  bearer: string;
}

/** What is stored of the decisions. */
interface Local {
  stored: Stored;
  subject: string;
  secret: string;
  queue: Queued[];
  isKnown: boolean; // the server has the subject
  receipt: unknown; // of the last decision
}

const SEED = 16 + 64; // random bytes of one answer

/** Whether the server's answer decides: the decision is stored, or Nod itself refuses it. A proxy may answer 404 or a
 * page of its own while it is being set up (storage/send-queue.ts has the same rule for web pages). */
function isFinal({ statusCode, header = {} }: Response): boolean {
  if (statusCode === 200 || statusCode === 201) return true;
  if (statusCode < 400 || statusCode >= 500 || statusCode === 404 || statusCode === 429) return false;
  const name = Object.keys(header).find((n) => n.toLowerCase() === 'content-type');
  return (name ? String(header[name]) : '').startsWith('application/problem+json');
}

export class FirstLayer {
  readonly document: Document;
  private readonly bytes: Uint8Array;
  private readonly answers: NativeAnswers;
  private local: Local;
  private random: Uint8Array = new Uint8Array(0);
  private isSending = false;

  /** Throws where the files are not of this site, or older than they may be: then nothing is drawn or granted. */
  constructor(
    private readonly wx: Platform,
    private readonly options: Options,
    private readonly log: (problem: string) => void = (problem) => console.warn('nod: ' + problem),
    private readonly now: () => number = Date.now,
  ) {
    const { site, policy, language, folder } = options;
    const system = this.makeSystem();
    this.bytes = system.read(`${folder}/${site}/${language}/native.json`);
    this.document = parseDocument(system, this.bytes) as Document;
    const { document } = this;
    if (document.site !== site) throw new Error('native.json: it is of the site ' + document.site);
    if (document.platform !== 'web') throw new Error('native.json: it is for ' + document.platform);
    if (!(document.policy >= policy))
      throw new Error(`native.json: its policy ${document.policy} is older than ${policy}`);
    this.answers = new NativeAnswers(system, { site, platform: 'web', policy, language });
    this.local = this.readLocal();
    this.decideWaiting();
  }

  /** Whether to draw the first layer now. */
  mustAsk(): boolean {
    const next = this.answers.next(this.document);
    return next === 'ask' || (next === 'page' && this.evaluate().ask.length > 0);
  }

  /** Whether a purpose is granted. */
  has = (purpose: string): boolean => getOwn(this.evaluate().states, purpose) === 'granted';

  /** Whether the person agreed, and has not refused since. */
  hasAgreed = (): boolean => this.answers.next(this.document) === 'page';

  /** The receipt of the last decision that the server stored. */
  receipt = (): unknown => this.local.receipt;

  /** Stores what was tapped, and makes the decision. Returns whether it is stored: what isn't, does not count. */
  async answer(agreed: boolean): Promise<boolean> {
    try {
      this.random = await this.makeRandom();
    } catch (e) {
      this.log('there are no random bytes: ' + JSON.stringify(e));
      return false;
    }
    if (!this.answers.add(this.bytes, agreed)) return false;
    this.decideWaiting();
    void this.send();
    return true;
  }

  /** Sends what waits, in its order. After a refusal it waits until the person agrees, unless the server has the
   * subject already. Call it when the program starts. */
  async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      while (this.local.queue.length && (this.local.isKnown || this.hasGrants())) if (!(await this.sendFirst())) break;
    } finally {
      this.isSending = false;
    }
  }

  private form(): Form {
    const { grantedDays, deniedDays } = this.options;
    return { purposes: this.document.covers, granted_days: grantedDays, denied_days: deniedDays };
  }

  private evaluate = (): ReturnType<typeof evaluate> => evaluate(this.form(), this.local.stored, false, this.now());

  private hasGrants = (): boolean => this.local.stored.answers.some((a) => a.granted);

  /** Makes decisions of the answers that none was made of yet. */
  private decideWaiting(): void {
    for (const answer of this.answers.waiting.slice()) if (this.decide(answer)) this.answers.drop(answer.id);
  }

  /** Makes the decision of an answer: the same one each time, because its random bytes are the answer's. */
  private decide(answer: Answer): boolean {
    const to = answer.agreed ? 'granted' : 'denied';
    const answers: Answers = {};
    for (const { id } of this.document.covers) answers[id] = to;
    const { stored, subject, secret } = this.local;
    const action = answer.agreed ? 'accept_all' : this.hasGrants() ? 'withdraw' : 'reject_all';
    const made = decide(
      this.form(),
      { action, answers, services: {}, previous: undefined, presentation: answer.presentation },
      {
        stored,
        credentials: { subject, secret },
        context: { policy: answer.policy, language: answer.language, platform: 'web', gpc: false },
        now: Math.min(Date.parse(answer.at) || this.now(), this.now()),
        earliest: 0,
        random: decodeBase64(answer.seed),
      },
    );
    if (!made) return true; // there is nothing to grant
    const { decision } = made;
    const queued = { id: decision.id, body: JSON.stringify(decision), bearer: decision.secret ? '' : made.secret };
    return this.store({
      ...this.local,
      stored: made.stored,
      subject: decision.subject,
      secret: made.secret,
      queue: this.local.queue.concat(queued),
    });
  }

  /** Sends the first of the queue. Returns whether the next one can be sent. */
  private async sendFirst(): Promise<boolean> {
    const [first] = this.local.queue;
    if (!first) return false;
    const r = await this.post(first);
    if (!r || !isFinal(r)) return false; // later
    const isStored = r.statusCode === 200 || r.statusCode === 201;
    if (!isStored) this.log('the server refused a decision: ' + r.statusCode + ' ' + JSON.stringify(r.data));
    const { stored, receipt } = this.local;
    return this.store({
      ...this.local,
      // What the server refused is not granted: the next start asks again.
      stored: isStored ? stored : { ...stored, answers: stored.answers.filter((a) => !a.granted) },
      queue: this.local.queue.filter((q) => q.id !== first.id),
      isKnown: this.local.isKnown || isStored,
      receipt: isStored ? r.data : receipt,
    });
  }

  private post({ body, bearer }: Queued): Promise<Response | undefined> {
    const { server, site } = this.options;
    const header: Record<string, string> = { 'Content-Type': 'application/json' };
    if (bearer) header['Authorization'] = 'Bearer ' + bearer;
    return new Promise((done) =>
      this.wx.request({
        url: `${server}/v1/${site}/decisions`,
        method: 'POST',
        header,
        data: body,
        success: done,
        fail: () => done(undefined),
      }),
    );
  }

  private makeRandom(): Promise<Uint8Array> {
    return new Promise((done, fail) =>
      this.wx.getRandomValues({ length: SEED, success: (r) => done(new Uint8Array(r.randomValues)), fail }),
    );
  }

  private readLocal(): Local {
    const empty: Local = { stored: NOTHING_STORED, subject: '', secret: '', queue: [], isKnown: false, receipt: null };
    try {
      const read = JSON.parse(this.readText('decisions')) as Local;
      return Array.isArray(read.queue) && Array.isArray(read.stored.answers) ? read : empty;
    } catch {
      return empty; // nothing was decided
    }
  }

  private store(local: Local): boolean {
    try {
      this.wx.setStorageSync(this.keyOf('decisions'), JSON.stringify(local));
    } catch (e) {
      this.log("a decision can't be stored: " + e);
      return false;
    }
    this.local = local;
    return true;
  }

  private keyOf = (name: string): string => `nod-${this.options.site}-${name}`;

  private readText(name: string): string {
    const text = this.wx.getStorageSync(this.keyOf(name));
    if (typeof text !== 'string' || !text) throw new Error('nothing is stored');
    return text;
  }

  private takeRandom(count: number): Uint8Array {
    if (this.random.length < count) throw new Error('there are no random bytes');
    const taken = this.random.slice(0, count);
    this.random = this.random.slice(count);
    return taken;
  }

  private makeSystem(): System {
    return {
      read: (path) => new Uint8Array(this.wx.getFileSystemManager().readFileSync(path) as ArrayBuffer),
      decode: decodeUTF8,
      encode: encodeUTF8,
      encodeBase64,
      hash: (_, bytes) => hashSHA256(bytes),
      verify: () => Promise.resolve(false), // WeChat checks the program's files
      random: (count) => this.takeRandom(count),
      readAnswers: () => this.readText('answers'),
      writeAnswers: (text) => this.wx.setStorageSync(this.keyOf('answers'), text),
      now: () => new Date(this.now()).toISOString(),
      log: this.log,
    };
  }
}
