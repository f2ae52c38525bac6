/**
 * Whether a picture says when and where it was taken: read from its Exif, before a witness decides that this is kept. The warning is in
 * the words of `web/field/interview/capture_text.py`, shown by `pages/media/pictures.js`. DOM-free.
 */

const [EXIF, PLACE, TAKEN] = [0x8769, 0x8825, 0x9003];
const APP1 = 0xe1;
const SCAN = 0xda;

const isExif = (view, at) => view.getUint32(at) === 0x45786966 && view.getUint16(at + 4) === 0;

/** Where the Exif of a JPEG begins, or null. */
const exifAt = (view) => {
  for (let at = 2; at + 10 < view.byteLength && view.getUint8(at) === 0xff && view.getUint8(at + 1) !== SCAN; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint8(at + 1) === APP1 && isExif(view, at + 4)) return at + 10;
  }
  return null;
};

/** The entries of the directory at `place`: {tag: value}; one that is cut has fewer. */
const entriesAt = (view, base, place, little) => {
  const count = view.getUint16(base + place, little);
  const entries = Array.from({ length: count }, (_, i) => base + place + 2 + 12 * i);
  return Object.fromEntries(entries.map((at) => [view.getUint16(at, little), view.getUint32(at + 8, little)]));
};

/** {time, place}: what a JPEG says, by its first `bytes`; neither of what is no JPEG or is cut. */
export const saidBy = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const base = exifAt(view);
    if (base === null) return { time: false, place: false };
    const little = view.getUint16(base) === 0x4949;
    const first = entriesAt(view, base, view.getUint32(base + 4, little), little);
    const taken = first[EXIF] === undefined ? {} : entriesAt(view, base, first[EXIF], little);
    const place = first[PLACE] === undefined ? {} : entriesAt(view, base, first[PLACE], little);
    return { time: TAKEN in taken, place: 2 in place };
  } catch (error) {
    if (error instanceof RangeError) return { time: false, place: false }; // it points out of itself
    throw error;
  }
};
