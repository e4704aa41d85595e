// Bytes and texts where the engine of a mini program has neither TextEncoder nor btoa.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of a text whose characters are bytes. build puts it into the place of the browser's. */
export function btoa(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i += 3) {
    const [a, b, c] = [text.charCodeAt(i), text.charCodeAt(i + 1), text.charCodeAt(i + 2)]; // NaN is 0 below
    const bits = (a << 16) | (b << 8) | c;
    for (let k = 0; k < 4; k++) out += k > text.length - i ? '=' : ALPHABET.charAt((bits >> (18 - 6 * k)) & 63);
  }
  return out;
}

/** The text whose base64 this is. */
export function atob(base64: string): string {
  let out = '';
  let bits = 0;
  let count = 0;
  for (const c of base64.replace(/=+$/, '')) {
    bits = ((bits << 6) | ALPHABET.indexOf(c)) & 0xffffff;
    if ((count += 6) >= 8) out += String.fromCharCode((bits >> (count -= 8)) & 255);
  }
  return out;
}

export const encodeBase64 = (bytes: Uint8Array): string => {
  let text = '';
  for (const b of bytes) text += String.fromCharCode(b);
  return btoa(text);
};

export function encodeUTF8(text: string): Uint8Array {
  const toByte = (_: string, hex: string): string => String.fromCharCode(parseInt(hex, 16));
  const encoded = encodeURIComponent(text).replace(/%(..)/g, toByte);
  const bytes = new Uint8Array(encoded.length);
  for (let i = 0; i < encoded.length; i++) bytes[i] = encoded.charCodeAt(i);
  return bytes;
}

/** Throws if the bytes are not UTF-8. */
export function decodeUTF8(bytes: Uint8Array): string {
  let escaped = '';
  for (const b of bytes) escaped += '%' + (b + 256).toString(16).slice(1);
  return decodeURIComponent(escaped);
}
