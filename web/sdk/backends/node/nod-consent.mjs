// Reads the visitor's consent in a back end: from the cookie "nod" that came with a request, or by asking the server.
// It needs nothing but Node 18 or newer: save this file beside your code.

const DAY = 864e5; // in ms
const MAX_LENGTH = 3900; // of a cookie's value
const MAX_ENTRIES = 300;
const UUID = /^[\w-]{21}[AQgw]$/; // 16 bytes as base64url
const ENTRY = /^(?:([a-z][a-z0-9-]{0,31}):)?([gdGD])([\w-]{6})([0-9a-z]{3})?$/;

/**
 * An answer to one purpose or service.
 * @typedef {{id: string, hash: string, granted: boolean, day: number, gpc: boolean}} Answer
 */

/**
 * The answers in the value of one cookie; undefined if it can't be read.
 * @param {string} value
 * @returns {{decision: string, subject: string, time: number, answers: Answer[]} | undefined}
 */
export function decodeCookie(value) {
  const [version, decision = '', subject = '', ...entries] = value.split('.');
  if (version != '1' || value.length > MAX_LENGTH || entries.length > MAX_ENTRIES) return undefined;
  const decisionId = unpackUUID(decision, '7');
  const subjectId = unpackUUID(subject, '4');
  if (!decisionId || !subjectId) return undefined;
  const time = parseInt(decisionId.slice(0, 8) + decisionId.slice(9, 13), 16);
  const answers = [];
  for (const entry of entries) {
    const [, id = '', letter, hash, day] = ENTRY.exec(entry) || [];
    if (!letter) return undefined;
    addAnswer(answers, {
      id,
      hash,
      granted: letter.toLowerCase() == 'g',
      day: day ? parseInt(day, 36) : Math.floor(time / DAY),
      gpc: letter < 'a',
    });
  }
  return { decision: decisionId, subject: subjectId, time, answers };
}

function unpackUUID(text, version) {
  if (!UUID.test(text)) return undefined;
  const hex = Buffer.from(text, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return id[14] == version && '89ab'.includes(id[19]) ? id : undefined;
}

/** Of two answers to the same content a refusal counts. */
function addAnswer(answers, answer) {
  const at = answers.findIndex((a) => a.hash == answer.hash);
  if (at < 0) answers.push(answer);
  else if (!answer.granted) answers[at] = answer;
}

/**
 * The newest answers in the header "Cookie" of a request; undefined if it has none. now is in milliseconds.
 * @param {string | undefined} header
 */
export function readCookies(header, now = Date.now()) {
  let newest;
  for (const pair of (header || '').split(/; */)) {
    const found = pair.startsWith('nod=') ? decodeCookie(pair.slice(4)) : undefined;
    if (!found || found.time > now + DAY) continue; // of a wrong clock, or forged
    if (newest?.decision == found.decision) for (const a of newest.answers) addAnswer(found.answers, a);
    if (!newest || found.decision >= newest.decision) newest = found;
  }
  return newest;
}

/**
 * Whether a purpose or service is granted by these answers. policy is what GET /v1/{site}/policy returns, gpc whether
 * the request has "Sec-GPC: 1". An id that the policy does not have is not granted.
 * @param {object} policy
 * @param {Answer[]} answers
 * @param {string} id
 */
export function isGranted(policy, answers, id, { gpc = false, now = Date.now() } = {}) {
  const current = [];
  for (const a of answers) {
    const hash = Object.hasOwn(policy.equivalents || {}, a.hash) ? policy.equivalents[a.hash] : a.hash;
    addAnswer(current, { ...a, hash });
  }
  const find = (item) => current.find((a) => a.hash == item.hash);
  const today = Math.floor(now / DAY);

  // What is required now, and was refused while that was possible, stays refused.
  const isRefused = (item) => !!item.was_refusable && find(item)?.granted === false;
  const isGrantedItem = (item, isUnderSignal) => {
    const a = find(item);
    if (!a?.granted || (isUnderSignal && !a.gpc)) return false;
    return a.day <= today + 1 && today < a.day + policy.granted_days;
  };
  for (const p of policy.purposes) {
    const isUnderSignal = gpc && !!p.gpc;
    const isOn = p.required ? !isRefused(p) : !p.per_case && isGrantedItem(p, isUnderSignal);
    if (p.id == id) return isOn;
    const service = (p.services || []).find((s) => s.id == id);
    if (!service) continue;
    const own = find(service);
    if (!isOn || !own) return isOn;
    return p.required ? !isRefused(service) : isGrantedItem(service, isUnderSignal);
  }
  return false;
}

/**
 * Whether the server says that the purpose, service or SDK is granted. Every error means that it is not. server is the
 * address of Nod without a slash at its end, subject the one in the cookie.
 */
export async function fetchStatus(server, site, id, subject) {
  const [siteName, item, owner] = [site, id, subject].map(encodeURIComponent);
  const path = `/v1/${siteName}/status/${item}?subject=${owner}`;
  try {
    const answer = await fetch(server + path, { signal: AbortSignal.timeout(5000) });
    return answer.ok && (await answer.json()).state === 'granted';
  } catch {
    return false;
  }
}
