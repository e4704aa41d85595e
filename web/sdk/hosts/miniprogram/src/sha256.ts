// SHA-256 (FIPS 180-4): a mini program has no API for it. It hashes what was drawn, and no secret.

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

/** The first 32 bits of the fractional parts of the roots of the first primes. */
function listConstants(count: number, root: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) if (n % d == 0) isPrime = false;
    if (isPrime) found.push(((n ** (1 / root) % 1) * 2 ** 32) | 0);
  }
  return found;
}

const START = listConstants(8, 2);
const ROUNDS = listConstants(64, 3);

/** The message with its end: a bit, zeros, and its length in bits. */
function pad(bytes: Uint8Array): DataView {
  const padded = new Uint8Array((((bytes.length + 8) >> 6) << 6) + 64);
  padded.set(bytes);
  padded[bytes.length] = 128;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  return view;
}

const at = (list: number[], i: number): number => list[i] || 0;

function mixBlock(state: number[], view: DataView, offset: number): number[] {
  const words: number[] = [];
  for (let i = 0; i < 64; i++) {
    if (i < 16) {
      words.push(view.getInt32(offset + 4 * i));
      continue;
    }
    const [x, y] = [at(words, i - 15), at(words, i - 2)];
    const small = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const large = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    words.push((at(words, i - 16) + small + at(words, i - 7) + large) | 0);
  }
  let s = state.slice();
  for (let i = 0; i < 64; i++) {
    const [a, b, c, d, e, f, g, h] = s as [number, number, number, number, number, number, number, number];
    const sum = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = h + sum + ((e & f) ^ (~e & g)) + at(ROUNDS, i) + at(words, i);
    const second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    s = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
  }
  return state.map((x, i) => (x + at(s, i)) | 0);
}

export function hashSHA256(bytes: Uint8Array): Uint8Array {
  const view = pad(bytes);
  let state = START;
  for (let offset = 0; offset < view.byteLength; offset += 64) state = mixBlock(state, view, offset);
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((x, i) => out.setInt32(4 * i, x));
  return new Uint8Array(out.buffer);
}
