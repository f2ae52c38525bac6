/** Bech32 (BIP 173) without its length limit, as age writes recipients and identities. */

const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

const polymod = (words) => {
  let sum = 1;
  for (const word of words) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ word;
    for (let i = 0; i < 5; i += 1) if ((top >>> i) & 1) sum ^= GENERATOR[i];
  }
  return sum >>> 0;
};

const expandedPrefix = (prefix) => {
  const codes = Array.from(prefix, (character) => character.charCodeAt(0));
  return [...codes.map((code) => code >>> 5), 0, ...codes.map((code) => code & 31)];
};

/** Regroup bits; null where the left-over bits are not zero padding. */
const regroup = (values, from, to, pad) => {
  const result = [];
  let bits = 0;
  let held = 0;
  for (const value of values) {
    held = ((held << from) | value) & 0xfff;
    bits += from;
    while (bits >= to) {
      bits -= to;
      result.push((held >>> bits) & ((1 << to) - 1));
    }
  }
  const rest = (held << (to - bits)) & ((1 << to) - 1);
  if (pad && bits > 0) result.push(rest);
  return !pad && (bits >= from || rest !== 0) ? null : result;
};

/** `prefix` in lower case; the text in lower case (age upper-cases identities). */
export const encodeBech32 = (prefix, bytes) => {
  const words = regroup(bytes, 8, 5, true);
  const sum = polymod([...expandedPrefix(prefix), ...words, 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = Array.from({ length: 6 }, (_, i) => (sum >>> (5 * (5 - i))) & 31);
  return `${prefix}1${[...words, ...check].map((word) => ALPHABET[word]).join("")}`;
};

/** The bytes of `text` if its prefix is `prefix` and its checksum holds; null otherwise. Mixed case is refused. */
export const decodeBech32 = (prefix, text) => {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return null;
  if (!lower.startsWith(`${prefix}1`)) return null;
  const words = Array.from(lower.slice(prefix.length + 1), (character) => ALPHABET.indexOf(character));
  if (words.length < 6 || words.includes(-1)) return null;
  if (polymod([...expandedPrefix(prefix), ...words]) !== 1) return null;
  const bytes = regroup(words.slice(0, -6), 5, 8, false);
  return bytes && Uint8Array.from(bytes);
};
