// Made by "go generate ./web/sdk/hosts" from src/nod.ts, where the comments are.
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __defNormalProp = (obj, key, value) => key in obj ? __defProp(obj, key, { enumerable: !0, configurable: !0, writable: !0, value }) : obj[key] = value;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: !0 });
}, __copyProps = (to, from, except, desc) => {
  if (from && typeof from == "object" || typeof from == "function")
    for (let key of __getOwnPropNames(from))
      !__hasOwnProp.call(to, key) && key !== except && __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  return to;
};
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: !0 }), mod);
var __publicField = (obj, key, value) => __defNormalProp(obj, typeof key != "symbol" ? key + "" : key, value);

// miniprogram/src/nod.ts
var nod_exports = {};
__export(nod_exports, {
  FirstLayer: () => FirstLayer,
  describePrivacySetting: () => describePrivacySetting,
  drawScreen: () => drawScreen,
  gatePrivacyAPI: () => gatePrivacyAPI
});
module.exports = __toCommonJS(nod_exports);

// miniprogram/src/bytes.ts
var ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
function btoa(text) {
  let out = "";
  for (let i = 0; i < text.length; i += 3) {
    let [a, b, c] = [text.charCodeAt(i), text.charCodeAt(i + 1), text.charCodeAt(i + 2)], bits = a << 16 | b << 8 | c;
    for (let k = 0; k < 4; k++) out += k > text.length - i ? "=" : ALPHABET.charAt(bits >> 18 - 6 * k & 63);
  }
  return out;
}
function atob(base64) {
  let out = "", bits = 0, count = 0;
  for (let c of base64.replace(/=+$/, ""))
    bits = (bits << 6 | ALPHABET.indexOf(c)) & 16777215, (count += 6) >= 8 && (out += String.fromCharCode(bits >> (count -= 8) & 255));
  return out;
}
var encodeBase64 = (bytes) => {
  let text = "";
  for (let b of bytes) text += String.fromCharCode(b);
  return btoa(text);
};
function encodeUTF8(text) {
  let toByte = (_, hex) => String.fromCharCode(parseInt(hex, 16)), encoded = encodeURIComponent(text).replace(/%(..)/g, toByte), bytes = new Uint8Array(encoded.length);
  for (let i = 0; i < encoded.length; i++) bytes[i] = encoded.charCodeAt(i);
  return bytes;
}
function decodeUTF8(bytes) {
  let escaped = "";
  for (let b of bytes) escaped += "%" + (b + 256).toString(16).slice(1);
  return decodeURIComponent(escaped);
}

// ../../loader/src/core/uuid.ts
var encodeBase642 = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, ""), decodeBase64 = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
function formatUUID(b) {
  let s = "";
  return b.forEach((x, i) => s += ([4, 6, 8, 10].includes(i) ? "-" : "") + (x + 256).toString(16).slice(1)), s;
}
var avoidHyphens = (text) => text.replace(/--/g, (_, at2) => at2 < 7 ? "-_" : "-C");
function makeUUID(version, random, ms = 0) {
  let b = random.slice(0, 16);
  if (version > 4) for (let i = 6; i--; ms = Math.floor(ms / 256)) b[i] = ms % 256;
  else b[0] = 208 + b[0] % 40;
  return b[6] = b[6] & 15 | version << 4, b[8] = b[8] & 63 | 128, formatUUID(decodeBase64(avoidHyphens(encodeBase642(b))));
}
var getTime = (id) => parseInt(id.slice(0, 8) + id.slice(9, 13), 16), getDay = (id) => Math.floor(getTime(id) / 864e5);

// ../../loader/src/core/list.ts
function flatMap(list, f) {
  let all = [];
  for (let member of list) all.push(...f(member));
  return all;
}
function findFirst(list, f) {
  for (let member of list) if (f(member)) return member;
}
var { split } = String.prototype;

// ../../loader/src/core/evaluate.ts
var listWithServices = (p) => [p, ...p.services || []], listItems = (form) => flatMap(form.purposes, listWithServices), NOTHING_STORED = { decision: "", subject: "", answers: [] }, getOwn = (answers, id) => answers && Object.prototype.hasOwnProperty.call(answers, id) ? answers[id] : void 0, findAnswer = (stored, hash) => findFirst(stored.answers, (a) => a.hash == hash);
function evaluate(form, stored, gpc, now) {
  let q = { ask: [], states: /* @__PURE__ */ Object.create(null), signal: [] }, today = Math.floor(now / 864e5), isUnderSignal = (p) => gpc && p.gpc;
  function stateInTerm(item) {
    let a = findAnswer(stored, item.hash), days = a && a.granted ? form.granted_days : item.rest || form.denied_days;
    return !a || a.day > today + 1 || today >= a.day + days ? "unasked" : a.granted ? "granted" : "denied";
  }
  function serviceState(p, service, purpose) {
    let own = findAnswer(stored, service.hash);
    if (p.required || !own) return purpose;
    if (isUnderSignal(p) && own.granted && !own.gpc) return "denied";
    let state = stateInTerm(service);
    return state == "granted" ? purpose : state;
  }
  for (let p of form.purposes) {
    let state = form.ended ? "denied" : stateInTerm(p);
    p.required ? state = "granted" : isUnderSignal(p) && !(state == "granted" && findAnswer(stored, p.hash).gpc) ? (state = "denied", q.signal.push(p.id)) : state == "unasked" && !p.separate && q.ask.push(p.id), q.states[p.id] = state;
    for (let s of p.services || []) q.states[s.id] = serviceState(p, s, state);
  }
  return q;
}

// ../../loader/src/core/apply.ts
var makeAnswer = ({ act, isAware }, { id, hash }, state, old) => ({
  id,
  hash,
  granted: state == "granted" && (isAware || !old || old.granted),
  day: getDay(act.id),
  gpc: act.gpc
});
function findServiceAnswer(a, p, service, purpose) {
  let own = findAnswer(a.stored, service.hash), named = getOwn(a.act.services, service.id);
  return named ? makeAnswer(a, service, named, own || purpose) : getOwn(a.act.answers, p.id) && (a.isAware || own && own.granted) ? void 0 : own;
}
function listPurposeAnswers(a, p) {
  let answers = [], old = findAnswer(a.stored, p.hash), state = getOwn(a.act.answers, p.id), now = state ? makeAnswer(a, p, state, old) : old;
  now && answers.push({ ...now, id: p.id });
  for (let s of p.services || []) {
    let own = findServiceAnswer(a, p, s, old);
    own && (!now || own.granted != now.granted || own.gpc != now.gpc) && answers.push({ ...own, id: s.id });
  }
  return answers;
}
var isMentioned = ({ form, act }, id) => !!getOwn(act.services, id) || !!findFirst(form.purposes, (p) => getOwn(act.answers, p.id) && findFirst(listWithServices(p), (i) => i.id == id));
function applyDecision(form, stored, act) {
  let a = { form, stored, act, isAware: stored.decision == (act.previous || "") }, answers = flatMap(form.purposes, (p) => p.required ? [] : listPurposeAnswers(a, p)), items = listItems(form);
  for (let old of stored.answers)
    !findFirst(items, (i) => i.hash == old.hash) && !(isMentioned(a, old.id) && (a.isAware || old.granted)) && answers.push(old);
  return { decision: act.id, subject: act.subject, answers };
}

// ../../loader/src/core/decide.ts
function decide(form, i, client) {
  let intent = { __proto__: null, ...i }, all = { ...intent.answers, ...intent.services }, acknowledgedPolicy = !1;
  if (!acknowledgedPolicy && !Object.keys(all).length) return;
  let { stored, credentials: held, context: shown, random } = client, ms = Math.max(client.now, getTime(stored.decision) + 1 || 0), isGrant = Object.values(all).includes("granted");
  isGrant || delete intent.guardian;
  let own = held.subject == stored.subject ? held.secret : "", isNewSubject = !stored.subject || !own && isGrant, secret = isNewSubject ? avoidHyphens(encodeBase642(random.subarray(32))) : own, previous = (intent.previous === void 0 ? stored.decision : intent.previous) || null, decision = {
    ...shown,
    ...intent,
    policy: acknowledgedPolicy || shown.policy,
    id: makeUUID(7, random, ms),
    previous: isNewSubject ? null : previous,
    subject: isNewSubject ? makeUUID(4, random.subarray(16)) : stored.subject,
    secret: isNewSubject ? secret : void 0,
    decided_at: new Date(client.now).toISOString()
  };
  return { decision, stored: applyDecision(form, stored, { ...decision, previous }), secret };
}

// NativeAnswer.ts
var parseDocument = (system, bytes) => JSON.parse(system.decode(bytes));
function hashDocument(system, bytes) {
  let d = parseDocument(system, bytes), fields = [d.site, "native", d.language, d.policy].map((text) => system.encode(text));
  fields.push(bytes, new Uint8Array(0)), d.shown && fields.push(system.encode(d.shown));
  let all = new Uint8Array(fields.reduce((sum, field) => sum + 8 + field.length, 0)), at2 = 0;
  for (let field of fields)
    new DataView(all.buffer).setUint32(at2 + 4, field.length), all.set(field, at2 + 8), at2 += 8 + field.length;
  return encodeURL(system, system.hash("SHA256", all).slice(0, 16));
}
var encodeURL = (system, bytes) => system.encodeBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, ""), NativeAnswers = class {
  constructor(system, expected) {
    __publicField(this, "system", system);
    __publicField(this, "expected", expected);
    __publicField(this, "state");
    this.state = this.readState() || this.make(void 0, "", []);
  }
  /** For window.nodFirst: what no decision was made of yet. */
  get waiting() {
    return this.state.answers;
  }
  readState() {
    let text = "";
    try {
      text = this.system.readAnswers();
    } catch (e) {
      return;
    }
    let { site, platform } = this.expected;
    try {
      let read = JSON.parse(text);
      if (read.v === 1 && read.site === site && read.platform === platform && Array.isArray(read.answers) && typeof read.agreed == "boolean") return read;
    } catch (e) {
    }
    this.system.log("the answers are of another version, site or platform: the question is asked again");
  }
  make(agreed, policy, answers) {
    let { site, platform } = this.expected;
    return { v: 1, site, platform, policy, agreed, answers };
  }
  /** What a start shows. No clock counts: a refusal stands until its version changes, or the person asks for more. */
  next(d) {
    let { agreed, policy, answers } = this.state;
    return agreed === void 0 ? "ask" : agreed && !answers.length ? "page" : policy !== d.policy && !d.holds.includes(policy) ? "ask" : agreed ? "page" : "basic";
  }
  /** Stores an answer, before anything else happens. Returns whether it is stored. */
  add(bytes, agreed) {
    let { system, expected } = this, d = parseDocument(system, bytes), answer = {
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
      seed: encodeURL(system, system.random(64))
    }, before = this.state.answers, last = before[before.length - 1], isAgain = !!last && last.agreed === agreed && last.policy === d.policy;
    return this.write(agreed, d.policy, (isAgain ? before : before.concat(answer)).slice(-10));
  }
  /** Decisions were made of the answers up to this one. */
  drop(id) {
    let { agreed, policy, answers } = this.state, done = answers.findIndex((a) => a.id === id);
    done >= 0 && this.write(agreed === !0, policy, answers.slice(done + 1));
  }
  /** The person decided on the page: after a no to everything, later starts need no page either. */
  note(action, policy) {
    ["accept_all", "reject_all", "withdraw"].includes(action) && this.write(action === "accept_all", policy, this.state.answers);
  }
  write(agreed, policy, answers) {
    let next = this.make(agreed, policy, answers);
    try {
      this.system.writeAnswers(JSON.stringify(next));
    } catch (e) {
      return this.system.log("an answer can't be stored: " + e), !1;
    }
    return this.state = next, !0;
  }
};

// miniprogram/src/sha256.ts
var rotate = (x, n) => x >>> n | x << 32 - n;
function listConstants(count, root) {
  let found = [];
  for (let n = 2; found.length < count; n++) {
    let isPrime = !0;
    for (let d = 2; d * d <= n; d++) n % d == 0 && (isPrime = !1);
    isPrime && found.push(n ** (1 / root) % 1 * 2 ** 32 | 0);
  }
  return found;
}
var START = listConstants(8, 2), ROUNDS = listConstants(64, 3);
function pad(bytes) {
  let padded = new Uint8Array((bytes.length + 8 >> 6 << 6) + 64);
  padded.set(bytes), padded[bytes.length] = 128;
  let view = new DataView(padded.buffer);
  return view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29)), view.setUint32(padded.length - 4, bytes.length << 3), view;
}
var at = (list, i) => list[i] || 0;
function mixBlock(state, view, offset) {
  let words = [];
  for (let i = 0; i < 64; i++) {
    if (i < 16) {
      words.push(view.getInt32(offset + 4 * i));
      continue;
    }
    let [x, y] = [at(words, i - 15), at(words, i - 2)], small = rotate(x, 7) ^ rotate(x, 18) ^ x >>> 3, large = rotate(y, 17) ^ rotate(y, 19) ^ y >>> 10;
    words.push(at(words, i - 16) + small + at(words, i - 7) + large | 0);
  }
  let s = state.slice();
  for (let i = 0; i < 64; i++) {
    let [a, b, c, d, e, f, g, h] = s, sum = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25), first = h + sum + (e & f ^ ~e & g) + at(ROUNDS, i) + at(words, i), second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + (a & b ^ a & c ^ b & c);
    s = [first + second | 0, a, b, c, d + first | 0, e, f, g];
  }
  return state.map((x, i) => x + at(s, i) | 0);
}
function hashSHA256(bytes) {
  let view = pad(bytes), state = START;
  for (let offset = 0; offset < view.byteLength; offset += 64) state = mixBlock(state, view, offset);
  let out = new DataView(new ArrayBuffer(32));
  return state.forEach((x, i) => out.setInt32(4 * i, x)), new Uint8Array(out.buffer);
}

// SystemState.ts
var GATE_ON = { isOn: !0, next: "nothing" }, GATE_OFF = { isOn: !1, next: "nothing" }, GATE_PROMPT = { isOn: !1, next: "prompt" };
function gatePrivacyAPI(answer, needs) {
  return answer !== "granted" ? GATE_OFF : needs === !1 ? GATE_ON : needs ? GATE_PROMPT : GATE_OFF;
}
var describePrivacySetting = (needs) => needs === void 0 ? "" : "needAuthorization=" + needs;

// miniprogram/src/screen.ts
function findScreen(d, name) {
  if (name === "basic") return d.basic;
  let page = Object.prototype.hasOwnProperty.call(d.pages, name) ? d.pages[name] : void 0;
  return page ? { blocks: page.blocks, buttons: [{ do: "back", text: d.back }] } : d;
}
function drawScreen(d, name, opened) {
  let lines = [], add = (blocks2, at2) => blocks2.forEach((block, i) => {
    let key = at2 + "." + i, isOpen = opened.indexOf(key) >= 0;
    lines.push({
      key,
      type: block.t,
      level: block.level || 0,
      mark: block.mark || "",
      page: block.page || "",
      isOpen,
      runs: block.text || []
    }), (isOpen || block.t !== "more") && add(block.blocks || [], key);
  }), { blocks, buttons } = findScreen(d, name);
  return add(blocks, name), { direction: d.direction, lines, buttons };
}

// miniprogram/src/nod.ts
var SEED = 80;
function isFinal({ statusCode, header = {} }) {
  if (statusCode === 200 || statusCode === 201) return !0;
  if (statusCode < 400 || statusCode >= 500 || statusCode === 404 || statusCode === 429) return !1;
  let name = Object.keys(header).find((n) => n.toLowerCase() === "content-type");
  return (name ? String(header[name]) : "").startsWith("application/problem+json");
}
var FirstLayer = class {
  /** Throws where the files are not of this site, or older than they may be: then nothing is drawn or granted. */
  constructor(wx, options, log = (problem) => console.warn("nod: " + problem), now = Date.now) {
    __publicField(this, "wx", wx);
    __publicField(this, "options", options);
    __publicField(this, "log", log);
    __publicField(this, "now", now);
    __publicField(this, "document");
    __publicField(this, "bytes");
    __publicField(this, "answers");
    __publicField(this, "local");
    __publicField(this, "random", new Uint8Array(0));
    __publicField(this, "isSending", !1);
    /** Whether a purpose is granted. */
    __publicField(this, "has", (purpose) => getOwn(this.evaluate().states, purpose) === "granted");
    /** Whether the person agreed, and has not refused since. */
    __publicField(this, "hasAgreed", () => this.answers.next(this.document) === "page");
    /** The receipt of the last decision that the server stored. */
    __publicField(this, "receipt", () => this.local.receipt);
    __publicField(this, "evaluate", () => evaluate(this.form(), this.local.stored, !1, this.now()));
    __publicField(this, "hasGrants", () => this.local.stored.answers.some((a) => a.granted));
    __publicField(this, "keyOf", (name) => `nod-${this.options.site}-${name}`);
    let { site, policy, language, folder } = options, system = this.makeSystem();
    this.bytes = system.read(`${folder}/${site}/${language}/native.json`), this.document = parseDocument(system, this.bytes);
    let { document } = this;
    if (document.site !== site) throw new Error("native.json: it is of the site " + document.site);
    if (document.platform !== "web") throw new Error("native.json: it is for " + document.platform);
    if (!(document.policy >= policy))
      throw new Error(`native.json: its policy ${document.policy} is older than ${policy}`);
    this.answers = new NativeAnswers(system, { site, platform: "web", policy, language }), this.local = this.readLocal(), this.decideWaiting();
  }
  /** Whether to draw the first layer now. */
  mustAsk() {
    let next = this.answers.next(this.document);
    return next === "ask" || next === "page" && this.evaluate().ask.length > 0;
  }
  /** Stores what was tapped, and makes the decision. Returns whether it is stored: what isn't, does not count. */
  async answer(agreed) {
    try {
      this.random = await this.makeRandom();
    } catch (e) {
      return this.log("there are no random bytes: " + JSON.stringify(e)), !1;
    }
    return this.answers.add(this.bytes, agreed) ? (this.decideWaiting(), this.send(), !0) : !1;
  }
  /** Sends what waits, in its order. After a refusal it waits until the person agrees, unless the server has the
   * subject already. Call it when the program starts. */
  async send() {
    if (!this.isSending) {
      this.isSending = !0;
      try {
        for (; this.local.queue.length && (this.local.isKnown || this.hasGrants()) && await this.sendFirst(); ) ;
      } finally {
        this.isSending = !1;
      }
    }
  }
  form() {
    let { grantedDays, deniedDays } = this.options;
    return { purposes: this.document.covers, granted_days: grantedDays, denied_days: deniedDays };
  }
  /** Makes decisions of the answers that none was made of yet. */
  decideWaiting() {
    for (let answer of this.answers.waiting.slice()) this.decide(answer) && this.answers.drop(answer.id);
  }
  /** Makes the decision of an answer: the same one each time, because its random bytes are the answer's. */
  decide(answer) {
    let to = answer.agreed ? "granted" : "denied", answers = {};
    for (let { id } of this.document.covers) answers[id] = to;
    let { stored, subject, secret } = this.local, action = answer.agreed ? "accept_all" : this.hasGrants() ? "withdraw" : "reject_all", made = decide(
      this.form(),
      { action, answers, services: {}, previous: void 0, presentation: answer.presentation },
      {
        stored,
        credentials: { subject, secret },
        context: { policy: answer.policy, language: answer.language, platform: "web", gpc: !1 },
        now: Math.min(Date.parse(answer.at) || this.now(), this.now()),
        earliest: 0,
        random: decodeBase64(answer.seed)
      }
    );
    if (!made) return !0;
    let { decision } = made, queued = { id: decision.id, body: JSON.stringify(decision), bearer: decision.secret ? "" : made.secret };
    return this.store({
      ...this.local,
      stored: made.stored,
      subject: decision.subject,
      secret: made.secret,
      queue: this.local.queue.concat(queued)
    });
  }
  /** Sends the first of the queue. Returns whether the next one can be sent. */
  async sendFirst() {
    let [first] = this.local.queue;
    if (!first) return !1;
    let r = await this.post(first);
    if (!r || !isFinal(r)) return !1;
    let isStored = r.statusCode === 200 || r.statusCode === 201;
    isStored || this.log("the server refused a decision: " + r.statusCode + " " + JSON.stringify(r.data));
    let { stored, receipt } = this.local;
    return this.store({
      ...this.local,
      // What the server refused is not granted: the next start asks again.
      stored: isStored ? stored : { ...stored, answers: stored.answers.filter((a) => !a.granted) },
      queue: this.local.queue.filter((q) => q.id !== first.id),
      isKnown: this.local.isKnown || isStored,
      receipt: isStored ? r.data : receipt
    });
  }
  post({ body, bearer }) {
    let { server, site } = this.options, header = { "Content-Type": "application/json" };
    return bearer && (header.Authorization = "Bearer " + bearer), new Promise(
      (done) => this.wx.request({
        url: `${server}/v1/${site}/decisions`,
        method: "POST",
        header,
        data: body,
        success: done,
        fail: () => done(void 0)
      })
    );
  }
  makeRandom() {
    return new Promise(
      (done, fail) => this.wx.getRandomValues({ length: SEED, success: (r) => done(new Uint8Array(r.randomValues)), fail })
    );
  }
  readLocal() {
    let empty = { stored: NOTHING_STORED, subject: "", secret: "", queue: [], isKnown: !1, receipt: null };
    try {
      let read = JSON.parse(this.readText("decisions"));
      return Array.isArray(read.queue) && Array.isArray(read.stored.answers) ? read : empty;
    } catch (e) {
      return empty;
    }
  }
  store(local) {
    try {
      this.wx.setStorageSync(this.keyOf("decisions"), JSON.stringify(local));
    } catch (e) {
      return this.log("a decision can't be stored: " + e), !1;
    }
    return this.local = local, !0;
  }
  readText(name) {
    let text = this.wx.getStorageSync(this.keyOf(name));
    if (typeof text != "string" || !text) throw new Error("nothing is stored");
    return text;
  }
  takeRandom(count) {
    if (this.random.length < count) throw new Error("there are no random bytes");
    let taken = this.random.slice(0, count);
    return this.random = this.random.slice(count), taken;
  }
  makeSystem() {
    return {
      read: (path) => new Uint8Array(this.wx.getFileSystemManager().readFileSync(path)),
      decode: decodeUTF8,
      encode: encodeUTF8,
      encodeBase64,
      hash: (_, bytes) => hashSHA256(bytes),
      verify: () => Promise.resolve(!1),
      // WeChat checks the program's files
      random: (count) => this.takeRandom(count),
      readAnswers: () => this.readText("answers"),
      writeAnswers: (text) => this.wx.setStorageSync(this.keyOf("answers"), text),
      now: () => new Date(this.now()).toISOString(),
      log: this.log
    };
  }
};
