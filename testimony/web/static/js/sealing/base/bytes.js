/** Bytes: hex, base64, joining, comparing, labels, randomness. Uint8Array in, Uint8Array out. */

const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export const toHex = (bytes) => {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
};

/** `text` must be lower-case hex, and `length` bytes of it where given. */
export const fromHex = (text, length) => {
  if (!isHex(text, length)) throw new TypeError("not hex");
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
};

export const isHex = (text, length) =>
  typeof text === "string" && /^(?:[0-9a-f]{2})*$/.test(text) && (length === undefined || text.length === 2 * length);

export const concat = (...pieces) => {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};

/** Equality that looks at every byte, so that its time says nothing about where two tags differ. */
export const equal = (a, b) => {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a[i] ^ b[i];
  return difference === 0;
};

/** L(label, bytes): ASCII(label) ‖ 0x00 ‖ bytes, the domain separation of everything that is hashed or signed. */
export const labelled = (label, bytes) => concat(utf8(label), Uint8Array.of(0), bytes);

export const randomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/** A uniform integer in [0, bound), bound <= 2^32: rejection instead of a modulo, which would favour small numbers. */
export const randomBelow = (bound) => {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  const word = new Uint32Array(1);
  do crypto.getRandomValues(word);
  while (word[0] >= limit);
  return word[0] % bound;
};

/** `list` in an order that a CSPRNG chose (Fisher-Yates). */
export const shuffled = (list) => {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = randomBelow(i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
};

/** 8-byte big-endian number. */
export const uint64 = (number) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
};

export const toBase64 = (bytes) => bytes.toBase64?.() ?? btoa(String.fromCharCode(...bytes));

/** base64 of age headers: standard alphabet, no padding. */
export const toBase64NoPad = (bytes) => toBase64(bytes).replace(/=+$/, "");

const decodedBase64 = (text) => {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
};

/** What the last digit may be, so that no bits are left over in which a second spelling could hide. */
const LAST_DIGITS = { 2: /[AQgw]$/, 3: /[AEIMQUYcgkosw048]$/ };

/** The bytes of canonical unpadded base64, or null: a second spelling of the same bytes is not accepted. */
export const fromBase64NoPad = (text) => {
  const rest = text.length % 4;
  if (!/^[A-Za-z0-9+/]*$/.test(text) || rest === 1 || (rest > 1 && !LAST_DIGITS[rest].test(text))) return null;
  return decodedBase64(text);
};
