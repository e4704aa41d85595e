// UUIDs as strings of 36 characters, and as base64url of their 16 bytes.

export const makeRandomBytes = (): Uint8Array => crypto.getRandomValues(new Uint8Array(64));

export const encodeBase64 = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '');

export const decodeBase64 = (s: string): Uint8Array =>
  Uint8Array.from(atob(s.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

function formatUUID(b: Uint8Array): string {
  let s = '';
  b.forEach((x, i) => (s += ([4, 6, 8, 10].includes(i) ? '-' : '') + (x + 256).toString(16).slice(1)));
  return s;
}

/** Changes the second of two hyphens: firewalls take them for an attack (app/consent/safe_id.go has the rules). */
export const avoidHyphens = (text: string): string => text.replace(/--/g, (_, at) => (at < 7 ? '-_' : '-C'));

/** A UUID (RFC 9562) of 16 random bytes or more: version 4, or 7 with the given time in milliseconds. Version 4 begins
 * with a digit in base64url. */
export function makeUUID(version: 4 | 7, random: Uint8Array, ms = 0): string {
  const b = random.slice(0, 16);
  if (version > 4) for (let i = 6; i--; ms = Math.floor(ms / 256)) b[i] = ms % 256;
  else b[0] = 208 + (b[0]! % 40); // there are 16 bytes
  b[6] = (b[6]! & 15) | (version << 4); // there are 16 bytes
  b[8] = (b[8]! & 63) | 128; // there are 16 bytes
  return formatUUID(decodeBase64(avoidHyphens(encodeBase64(b))));
}

export const packUUID = (id: string): string =>
  encodeBase64(Uint8Array.from(id.replace(/-/g, '').match(/../g)! /* an id is not empty */, (x) => parseInt(x, 16)));

/** The UUID packed in s; undefined if it is not of this version. */
export function unpackUUID(s: string, version: number): string | undefined {
  if (!/^[\w-]{21}[AQgw]$/.test(s)) return;
  const id = formatUUID(decodeBase64(s));
  return id[14] == version + '' && /[89ab]/.test(id[19]! /* of 36 */) ? id : undefined;
}

/** The time of a version 7 UUID, in milliseconds since 1970. */
export const getTime = (id: string): number => parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** Its day, in days since 1970-01-01 UTC. */
export const getDay = (id: string): number => Math.floor(getTime(id) / 864e5);
