/** A picture that is kept holds the picture alone: every note is taken out, and whatever is left over refuses it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NotClean, cleaned, requireClean } from "../../../../testimony/web/static/js/interview/media/jpeg_metadata.js";

const ascii = (text) => [...text].map((letter) => letter.charCodeAt(0));
const segment = (code, data) => [0xff, code, (data.length + 2) >> 8, (data.length + 2) & 0xff, ...data];
const SOI = [0xff, 0xd8];
const EOI = [0xff, 0xd9];
const JFIF = segment(0xe0, [...ascii("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]);
const TABLE = segment(0xdb, Array(65).fill(1));
const FRAME = segment(0xc0, [8, 0, 1, 0, 1, 1, 1, 0x11, 0]);
const SCAN = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 0x12, 0xff, 0x00, 0x34, 0xff, 0xd3, 0x56];
const GPS = segment(0xe1, ascii("Exif\0\0GPSLatitude 45.8"));
const XMP = segment(0xe1, ascii("http://ns.adobe.com/xap/1.0/\0<x/>"));
const ICC = segment(0xe2, ascii("ICC_PROFILE\0"));
const COMMENT = segment(0xfe, ascii("taken by"));
const DRAWN = [...TABLE, ...FRAME, ...SCAN];
const picture = (...parts) => Uint8Array.from([...SOI, ...parts.flat(), ...EOI]);
const refused = (reason) => (error) => error instanceof NotClean && error.reason === reason;

test("a picture with nothing but itself is taken, with a JFIF header or without, in one scan or in several", () => {
  requireClean(picture(JFIF, DRAWN));
  requireClean(picture(DRAWN));
  requireClean(picture(JFIF, DRAWN, segment(0xc4, [0, 1]), SCAN));
  requireClean(picture([0xff], JFIF, DRAWN));
});

for (const [name, note] of Object.entries({ GPS, XMP, ICC, COMMENT, unknown: segment(0xed, ascii("Photoshop 3.0\0")) })) {
  test(`a picture with ${name} in it is refused wherever it stands`, () => {
    for (const bytes of [picture(note, DRAWN), picture(JFIF, note, DRAWN), picture(JFIF, TABLE, FRAME, note, SCAN), picture(JFIF, DRAWN, note)]) {
      assert.throws(() => requireClean(bytes), refused("segment"));
    }
  });
  test(`${name} is taken out, and nothing else changes`, () => {
    assert.deepEqual(cleaned(picture(JFIF, note, TABLE, note, FRAME, SCAN, note)), picture(DRAWN));
  });
}

test("a second header that says JFIF but is another one, or carries a thumbnail, is refused", () => {
  const small = [...ascii("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 1, 1, 9, 9, 9];
  assert.throws(() => requireClean(picture(segment(0xe0, small), DRAWN)), refused("thumbnail"));
  assert.throws(() => requireClean(picture(segment(0xe0, ascii("JFXX\0\x10")), DRAWN)), refused("segment"));
  const disguised = [...ascii("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0, ...ascii("45.8 N")];
  assert.throws(() => requireClean(picture(segment(0xe0, disguised), DRAWN)), refused("thumbnail"));
});

test("a second picture behind the end, as phones put a larger one or a film there, is refused and cut off", () => {
  const bytes = Uint8Array.from([...picture(JFIF, DRAWN), ...picture(GPS, DRAWN)]);
  assert.throws(() => requireClean(bytes), refused("behind"));
  assert.deepEqual(cleaned(bytes), picture(DRAWN));
});

test("what is cut, is no JPEG or lies about its lengths is refused and never kept", () => {
  const whole = picture(JFIF, DRAWN);
  for (let length = 0; length < whole.length; length += 1) {
    assert.throws(() => cleaned(whole.subarray(0, length)), NotClean, `${length} bytes`);
  }
  assert.throws(() => cleaned(Uint8Array.from(ascii("GIF89a and more"))), refused("not_jpeg"));
  assert.throws(() => cleaned(picture([0xff, 0xdb, 0, 1], SCAN)), refused("cut"));
  assert.throws(() => cleaned(picture([0x00, 0x00], DRAWN)), refused("not_jpeg"));
});
