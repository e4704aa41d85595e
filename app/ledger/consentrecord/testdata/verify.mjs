// A verifier of Nod's receipts, exports, checkpoints and key rotations, written from assets/docs/ledger.md. It uses
// only Node's standard library, and nothing of Nod.
//
//     node verify.mjs receipt FILE KEYFILE      also: export, checkpoint, rotation
//
// KEYFILE has a verifier key in each line, as "nod key show" prints it. The result is "ok", or "refused: " and the
// reason, with status 1. Without arguments it reads lines of JSON from standard input, and writes a line for each:
// {"kind": "receipt", "text": "<base64>", "keys": ["name+hash+base64", …]}.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseJSON, canonicalJSON } from './strict_json.mjs';

const check = (isTrue, problem) => {
  if (!isTrue) throw new Error(problem);
};
const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function decodeBase64(text, length, name) {
  const bytes = Buffer.from(String(text), 'base64');
  check(bytes.toString('base64') === text && bytes.length === length, `${name}: not ${length} bytes as base64`);
  return bytes;
}

const decodeHash = (text, name) => decodeBase64(text, 32, name);

function checkMembers(object, required, optional = []) {
  check(object !== null && typeof object === 'object' && !Array.isArray(object), 'not an object');
  for (const name of required) check(Object.hasOwn(object, name), `the member ${name} is missing`);
  for (const name of Object.keys(object)) {
    check(required.includes(name) || optional.includes(name), `the member ${name} is unknown`);
  }
}

// Verifier keys and signed notes: https://c2sp.org/signed-note

function parseKey(text) {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text);
  check(match, `${text}: not a verifier key`);
  const [, name, hash, encoded] = match;
  const bytes = decodeBase64(encoded, 33, 'verifier key');
  check(bytes[0] === 1, 'verifier key: not Ed25519');
  const id = sha256(name, '\n', bytes).subarray(0, 4);
  check(id.toString('hex') === hash, 'verifier key: its hash is wrong');
  // The prefix of an Ed25519 key in DER, RFC 8410.
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]);
  return { text, name, id, bytes, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

function makeSiteKey(serverKey, site) {
  const { name, bytes } = parseKey(serverKey);
  const siteName = `${name}/${site}`;
  const hash = sha256(siteName, '\n', bytes).subarray(0, 4).toString('hex');
  return `${siteName}+${hash}+${bytes.toString('base64')}`;
}

function parseNote(signed) {
  check(typeof signed === 'string' && /^[^\x00-\x09\x0b-\x1f]*$/.test(signed), 'note: it has control characters');
  const end = signed.lastIndexOf('\n\n');
  check(end > 0 && signed.endsWith('\n'), 'note: it has no signatures');
  const lines = signed.slice(end + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const match = /^— ([^ +]+) ([A-Za-z0-9+/]+=*)$/.exec(line);
    check(match, 'note: a signature is malformed');
    const bytes = Buffer.from(match[2], 'base64');
    check(bytes.toString('base64') === match[2] && bytes.length > 4, 'note: a signature is not base64');
    return { name: match[1], id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
  });
  return { text: signed.slice(0, end + 1), signatures };
}

function checkSignature(note, key) {
  const own = note.signatures.filter((s) => s.name === key.name && s.id.equals(key.id));
  check(own.length > 0, `no signature by ${key.text}`);
  check(verify(null, Buffer.from(note.text), key.key, own[0].signature), `the signature by ${key.text} is wrong`);
}

// Checkpoints: https://c2sp.org/tlog-checkpoint

function parseCheckpoint(signed) {
  const note = parseNote(signed);
  const lines = note.text.slice(0, -1).split('\n');
  check(lines.length >= 3 && !lines.includes(''), 'checkpoint: it has not three lines');
  check(/^(0|[1-9][0-9]*)$/.test(lines[1]), 'checkpoint: its size is not a number');
  return { note, origin: lines[0], size: Number(lines[1]), root: decodeHash(lines[2], 'checkpoint: root') };
}

const siteNames = /^[a-z][a-z0-9-]{0,31}$/;
const treeNames = /^[a-z][a-z0-9-]{0,31}(\/desk)?$/; // also that of a site's requests

// openCheckpoint checks the checkpoint of a receipt or an export. Without trusted keys, its own key counts.
function openCheckpoint({ site, tree_size: size, checkpoint: signed, key }, trusted, names = siteNames) {
  check(names.test(site), 'the site has no valid name');
  const checkpoint = parseCheckpoint(signed);
  const own = parseKey(key);
  check(checkpoint.origin.endsWith(`/${site}`), 'the checkpoint is of another site');
  check(checkpoint.size === size, 'the checkpoint is of another size');
  check(own.name === checkpoint.origin, 'the key is of another tree');
  checkSignature(checkpoint.note, own);
  if (trusted.length > 0) {
    check(trusted.some((k) => makeSiteKey(k, site) === key), 'the key is not a trusted one');
  }
  return checkpoint;
}

// Leaves and paths: RFC 6962, 2.1; the algorithm is that of RFC 9162, 2.1.3.2

function hashRecord(record, salt) {
  const leaf = sha256('nod leaf v1\n', salt, sha256(canonicalJSON(record)));
  return sha256(Buffer.of(0), leaf);
}

function checkInclusion(hash, index, size, path, root) {
  check(Number.isSafeInteger(index) && Number.isSafeInteger(size), 'the place is not a number');
  check(index >= 0 && index < size && Array.isArray(path) && path.length <= 64, 'the place is not in the tree');
  let [at, last] = [BigInt(index), BigInt(size - 1)];
  for (const text of path) {
    const sibling = decodeHash(text, 'proof');
    check(last > 0n, 'the proof is too long');
    if (at & 1n || at === last) {
      hash = sha256(Buffer.of(1), sibling, hash);
      while (!(at & 1n) && at > 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      hash = sha256(Buffer.of(1), hash, sibling);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  check(last === 0n, 'the proof is too short');
  check(hash.equals(root), 'the proof does not lead to the root');
}

const receiptMembers = ['type', 'site', 'record', 'salt', 'leaf_index', 'tree_size', 'proof', 'checkpoint', 'key'];

function verifyReceipt(text, keys) {
  check(text.length <= 64 << 10, 'the receipt is too long');
  const receipt = parseJSON(text);
  checkMembers(receipt, receiptMembers);
  check(receipt.type === 'nod-receipt/1', 'the type is another');
  check(receipt.record?.site === receipt.site, 'the record is of another site');
  const checkpoint = openCheckpoint(receipt, keys, treeNames);
  const hash = hashRecord(receipt.record, decodeHash(receipt.salt, 'salt'));
  checkInclusion(hash, receipt.leaf_index, receipt.tree_size, receipt.proof, checkpoint.root);
}

// Exports

const terms = {
  dct: 'http://purl.org/dc/terms/', dpv: 'https://w3id.org/dpv#', nod: 'urn:nod:',
};

function readTime(text) {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  check(match, `${text}: not a time`);
  return BigInt(Date.parse(match[1] + match[3])) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}

const readIDTime = (id) => BigInt(`0x${id.replaceAll('-', '').slice(0, 12)}`) * 1_000_000n;

function findState(record, item) {
  if (Object.hasOwn(record.services ?? {}, item.id)) return record.services[item.id];
  return record.answers[item.purpose ?? item.id];
}

function statusOf(record, item) {
  if (findState(record, item) === 'granted') return 'dpv:ConsentGiven';
  return record.action === 'withdraw' ? 'dpv:ConsentWithdrawn' : 'dpv:ConsentRefused';
}

// compare checks an entry of an export against the record that was signed.
function compare(entry, record) {
  const subject = `urn:uuid:${record.subject}`;
  for (const [name, got, want] of [
    ['@id', entry['@id'], `urn:uuid:${record.id}`],
    ['identifier', entry['dct:identifier'], record.id],
    ['subject', entry['dpv:hasDataSubject']['dct:identifier'], record.subject],
    ['subject', entry['dpv:hasDataSubject']['@id'], subject],
    ['subject', Object.keys(entry['dpv:hasDataSubject']).sort().join(), '@id,@type,dct:identifier'],
    ['controller', entry['dpv:hasDataController']['@id'], `urn:nod:${record.site}:controller:${record.policy}`],
    ['language', entry['dct:language'], record.language],
    ['version', entry['dpv:hasNotice']['dct:hasVersion'], record.policy],
    ['presentation', entry['dpv:hasNotice']['dct:identifier'], record.presentation],
    ['received', readTime(entry['dct:created']), readTime(record.received_at)],
    ['decided', readTime(entry['dct:date']), readTime(record.decided_at)],
    ['action', entry['nod:action'], record.action],
    ['platform', entry['nod:platform'], record.platform],
    ['signal', entry['nod:gpc'], record.gpc],
    ['previous', entry['dct:replaces'] ?? '', record.previous ? `urn:uuid:${record.previous}` : ''],
  ]) check(got === want, `${name} is ${got} in the export and ${want} in the record`);
  const items = (record.covered ?? []).filter((c) => !c.purpose || Object.hasOwn(record.services ?? {}, c.id));
  const processes = entry['dpv:hasProcess'] ?? [];
  check(processes.length === items.length, 'the number of purposes is another');
  items.forEach((item, i) => {
    const p = processes[i];
    const status = p['dpv:hasConsentStatus'];
    check(p['dpv:hasPurpose']['dct:identifier'] === (item.purpose ?? item.id), `${item.id}: another purpose`);
    const service = item.purpose ? item.id : undefined;
    check(p['dpv:hasService']?.['dct:identifier'] === service, `${item.id}: another service`);
    check(p['nod:hash'] === item.hash, `${item.id}: another hash`);
    check(status['@type'] === statusOf(record, item), `${item.id}: another status`);
    check(readTime(status['dct:date']) === readIDTime(record.id), `${item.id}: another time`);
    check(status['dpv:isIndicatedBy'] === subject, `${item.id}: another person`);
  });
}

const headerMembers = ['site', 'exported', 'tree_size', 'checkpoint', 'key'];
const recordMembers = ['@id', '@type', 'dct:conformsTo', 'dct:identifier', 'dpv:hasDataSubject',
  'dpv:hasDataController', 'dct:language', 'dpv:hasNotice', 'dct:created', 'dct:date', 'nod:action', 'nod:platform',
  'nod:gpc', 'dpv:hasProcess'];

// Readers of JSON-LD merge all that has the same @id: a controller must not speak of a record.
function checkController(entry, site) {
  checkMembers(entry, ['@id', '@type', 'dct:identifier'], ['dpv:hasName', 'dpv:hasAddress', 'dpv:hasContact',
    'dpv:hasRight', 'dpv:hasConsentControl', 'dpv:hasStorageCondition']);
  check(entry['@id'].startsWith(`urn:nod:${site}:controller:`), 'a controller has the id of something else');
}

function checkSelection(header, record) {
  const received = readTime(record.received_at);
  check(!header.from || received >= readTime(header.from), 'a record is from before the period');
  check(!header.to || received < readTime(header.to), 'a record is from after the period');
  check(!header.subject || header.subject === record.subject, 'a record is of another subject');
}

function verifyExport(text, keys) {
  const document = parseJSON(text);
  checkMembers(document, ['@context', 'nod:export', '@graph', 'nod:end']);
  check(canonicalJSON(document['@context']) === canonicalJSON(terms), 'the context is another');
  const header = document['nod:export'];
  checkMembers(header, headerMembers, ['subject', 'from', 'to']);
  const checkpoint = openCheckpoint(header, keys);
  let [next, count] = [0, 0];
  for (const entry of document['@graph']) {
    if (entry['@type'] === 'dpv:DataController') {
      checkController(entry, header.site);
      continue;
    }
    check(entry['@type'] === 'dpv:ConsentRecord', 'neither a record nor a controller');
    checkMembers(entry, recordMembers, ['dct:replaces', 'nod:evidence']);
    const evidence = entry['nod:evidence'];
    check(evidence, 'a record has no evidence');
    checkMembers(evidence, ['record', 'salt', 'leaf_index', 'proof'], ['restricted']);
    check(evidence.leaf_index >= next, 'a record is there twice, or out of order');
    next = evidence.leaf_index + 1;
    check(evidence.record.site === header.site, 'a record is of another site');
    const hash = hashRecord(evidence.record, decodeHash(evidence.salt, 'salt'));
    checkInclusion(hash, evidence.leaf_index, header.tree_size, evidence.proof, checkpoint.root);
    compare(entry, evidence.record);
    checkSelection(header, evidence.record);
    count++;
  }
  checkMembers(document['nod:end'], ['records']);
  check(document['nod:end'].records === count, 'the number of records is another');
}

// Rotations of the signing key

function parseRotation(signed) {
  const note = parseNote(signed);
  const lines = note.text.split('\n');
  check(lines.length === 5 && lines[0] === 'nod key rotation v1' && lines[4] === '', 'not a rotation');
  const [from, to] = [parseKey(lines[1]), parseKey(lines[2])];
  check(from.name === to.name, 'the new key is of another server');
  readTime(lines[3]);
  checkSignature(note, from);
  checkSignature(note, to);
  return { from: from.text, to: to.text };
}

// verifyRotation checks that a trusted key signed the rotation to the next one.
function verifyRotation(text, keys) {
  const { from } = parseRotation(text);
  check(keys.length === 0 || keys.includes(from), 'the replaced key is not a trusted one');
}

function verifyCheckpoint(text, keys) {
  const checkpoint = parseCheckpoint(text);
  const site = checkpoint.origin.slice(checkpoint.origin.lastIndexOf('/') + 1);
  const own = keys.map((k) => parseKey(makeSiteKey(k, site))).filter((k) => k.name === checkpoint.origin);
  check(own.length > 0, 'no key is of this tree');
  checkSignature(checkpoint.note, own[0]);
}

const verifiers = { receipt: verifyReceipt, export: verifyExport, checkpoint: verifyCheckpoint, rotation: verifyRotation };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function report(kind, content, keys) {
  try {
    verifiers[kind](decoder.decode(content), keys);
    console.log('ok');
  } catch (error) {
    console.log(`refused: ${error.message.replaceAll('\n', ' ')}`);
    return 1;
  }
  return 0;
}

const [kind, file, keyFile] = process.argv.slice(2);
let count = 0;
if (keyFile && Object.hasOwn(verifiers, kind)) {
  const [content, keys] = [readFileSync(file), readFileSync(keyFile, 'utf8')];
  process.exitCode = report(kind, content, keys.match(/\S+/g) || []);
} else {
  const lines = kind || process.stdin.isTTY ? [] : createInterface({ input: process.stdin });
  for await (const line of lines) {
    const next = JSON.parse(line);
    report(next.kind, Buffer.from(next.text, 'base64'), next.keys);
    count++;
  }
  if (!count) console.error('Usage: node verify.mjs receipt|export|checkpoint|rotation FILE KEYFILE');
  if (!count) process.exitCode = 2;
}
