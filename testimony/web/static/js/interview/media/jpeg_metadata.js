/**
 * What a JPEG says besides its picture: taken out, and then looked for once more on the bytes that are kept. Where, when and with
 * what it was taken stands in APPn segments and comments; a browser's canvas leaves them out or writes some of its own. DOM-free.
 */

/** The picture holds more than a picture, or is none; `reason` names what: "not_jpeg", "cut", "segment", "thumbnail", "behind". */
export class NotClean extends Error {
  constructor(reason) {
    super(reason);
    this.name = "NotClean";
    this.reason = reason;
  }
}

const [SOI, EOI, SOS, APP0, COM] = [0xd8, 0xd9, 0xda, 0xe0, 0xfe];
const JFIF = [0x4a, 0x46, 0x49, 0x46, 0x00];
/** Tables and frames that draw the picture: DHT, DQT, DRI, and SOF0 to SOF2, which are all that a browser shows. */
const DRAWS = new Set([0xc4, 0xdb, 0xdd, 0xc0, 0xc1, 0xc2, SOS]);
const isRestart = (code) => code >= 0xd0 && code <= 0xd7;
const isNote = (code) => (code >= APP0 && code <= 0xef) || code === COM;

/** Where the scan that begins at `at` ends: at the next marker that is neither a stuffed byte nor a restart. */
const scanEnd = (bytes, at) => {
  let end = at;
  while (end + 1 < bytes.length && (bytes[end] !== 0xff || bytes[end + 1] === 0 || isRestart(bytes[end + 1]))) end += 1;
  if (end + 1 >= bytes.length) throw new NotClean("cut");
  return end;
};

const segmentAt = (bytes, at) => {
  if (at + 4 > bytes.length) throw new NotClean("cut");
  const end = at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
  if (end < at + 4 || end > bytes.length) throw new NotClean("cut");
  return { code: bytes[at + 1], start: at, end: bytes[at + 1] === SOS ? scanEnd(bytes, end) : end };
};

/** [{code, start, end}] between the first and the last marker, each with its data; and where the last marker ends. */
export const segmentsOf = (bytes) => {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw new NotClean("not_jpeg");
  const segments = [];
  let at = 2;
  while (!(bytes[at] === 0xff && bytes[at + 1] === EOI)) {
    if (at + 1 >= bytes.length) throw new NotClean("cut");
    if (bytes[at] !== 0xff) throw new NotClean("not_jpeg");
    if (bytes[at + 1] === 0xff) at += 1; // a fill byte
    else {
      segments.push(segmentAt(bytes, at));
      at = segments.at(-1).end;
    }
  }
  return { segments, end: at + 2 };
};

const isJfif = (bytes, { code, start }) => code === APP0 && JFIF.every((byte, i) => bytes[start + 4 + i] === byte);
/** A JFIF header is 16 bytes long; the two before its end say how large a thumbnail follows. */
const hasThumbnail = (bytes, { start, end }) => end - start !== 18 || bytes[start + 16] !== 0 || bytes[start + 17] !== 0;

const judge = (bytes, segment) => {
  if (isJfif(bytes, segment)) {
    if (hasThumbnail(bytes, segment)) throw new NotClean("thumbnail");
  } else if (!DRAWS.has(segment.code)) throw new NotClean("segment");
};

/** Throws `NotClean` unless `bytes` are one JPEG, with nothing in it or behind it but the picture and a bare JFIF header. */
export const requireClean = (bytes) => {
  const { segments, end } = segmentsOf(bytes);
  segments.forEach((segment) => judge(bytes, segment));
  if (end !== bytes.length) throw new NotClean("behind");
};

const joined = (parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
};

/** `bytes` with the picture alone: notes and what lies behind the end are gone. Throws where that is not enough. */
export const cleaned = (bytes) => {
  const { segments } = segmentsOf(bytes);
  const kept = segments.filter(({ code }) => !isNote(code)).map(({ start, end }) => bytes.subarray(start, end));
  const clean = joined([Uint8Array.of(0xff, SOI), ...kept, Uint8Array.of(0xff, EOI)]);
  requireClean(clean);
  return clean;
};
