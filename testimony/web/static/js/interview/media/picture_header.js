/** What kind of picture a file is and how large it unpacks, from its first bytes: known before anything of it is unpacked. DOM-free. */

/** Bytes of a file, and pixels of a picture, beyond which a small phone would run out of memory. */
export const MOST_BYTES = 32 * 1024 * 1024;
export const MOST_PIXELS = 40 * 1000 * 1000;
const LONGEST_SIDE = 20000;

const text = (bytes, at, length) => String.fromCharCode(...bytes.subarray(at, at + length));
const big = (bytes, at, count) => bytes.subarray(at, at + count).reduce((value, byte) => value * 256 + byte, 0);
const little = (bytes, at, count) => [...bytes.subarray(at, at + count)].reverse().reduce((value, byte) => value * 256 + byte, 0);

const isFrame = (code) => code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);

const jpeg = (bytes) => {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    if (isFrame(bytes[at + 1])) return { type: "jpeg", height: big(bytes, at + 5, 2), width: big(bytes, at + 7, 2) };
    at += bytes[at + 1] === 0xff ? 1 : 2 + Math.max(big(bytes, at + 2, 2), 2);
  }
  return null;
};

const png = (bytes) => (text(bytes, 12, 4) === "IHDR" ? { type: "png", width: big(bytes, 16, 4), height: big(bytes, 20, 4) } : null);

const WEBP = {
  "VP8 ": (bytes) => ({ width: little(bytes, 26, 2) & 0x3fff, height: little(bytes, 28, 2) & 0x3fff }),
  VP8L: (bytes) => ({ width: (little(bytes, 21, 4) % 0x4000) + 1, height: (Math.floor(little(bytes, 21, 4) / 0x4000) % 0x4000) + 1 }),
  VP8X: (bytes) => ({ width: little(bytes, 24, 3) + 1, height: little(bytes, 27, 3) + 1 }),
};
const webp = (bytes) => {
  const size = WEBP[text(bytes, 12, 4)]?.(bytes);
  return size ? { type: "webp", ...size } : null;
};

const PNG = "\x89PNG\r\n\x1a\n";
const HEIF = ["heic", "heix", "hevc", "heim", "heis", "mif1", "msf1", "avif"];

/** {type, width, height} of a JPEG, PNG or WebP; {type: "heic"} of what phones keep and browsers do not open; null of anything else. */
export const factsOf = (bytes) => {
  if (bytes.length < 32) return null;
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpeg(bytes);
  if (text(bytes, 0, 8) === PNG) return png(bytes);
  if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 4) === "WEBP") return webp(bytes);
  return text(bytes, 4, 4) === "ftyp" && HEIF.includes(text(bytes, 8, 4)) ? { type: "heic" } : null;
};

/** Why a file is not taken, as the name of a sentence; null where nothing stands in the way. `length` is the whole file's. */
export const whyNot = (facts, length) => {
  if (facts?.type === "heic") return "picture_heic";
  if (!facts || !facts.width || !facts.height) return "picture_unknown";
  const { width, height } = facts;
  return length > MOST_BYTES || width * height > MOST_PIXELS || Math.max(width, height) > LONGEST_SIDE ? "picture_large" : null;
};

/** {width, height} of `facts` no longer than `longest` on its longer side; nothing is made larger. */
export const fitted = ({ width, height }, longest) => {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
};
