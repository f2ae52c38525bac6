/** What a picture says of when and where it was taken, read before a witness is asked whether that is kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { saidBy } from "../../../../testimony/web/static/js/interview/media/picture_metadata.js";

const NEITHER = { time: false, place: false };

/** A JPEG with an Exif of these two, in one byte order or the other. */
const jpegOf = ({ time, place, little = true }) => {
  const view = new DataView(new ArrayBuffer(200));
  const directory = (at, entries) => {
    view.setUint16(at, entries.length, little);
    entries.forEach(([tag, value], i) => {
      view.setUint16(at + 2 + 12 * i, tag, little);
      view.setUint32(at + 10 + 12 * i, value, little);
    });
  };
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint32(4, 8, little);
  directory(8, [[0x8769, 60], [0x8825, 100]]);
  directory(60, time ? [[0x9003, 150]] : [[0x9000, 1]]);
  directory(100, place ? [[1, 0], [2, 150]] : [[0, 1]]);
  const head = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xe1, 0, 208, ...new TextEncoder().encode("Exif"), 0, 0];
  return Uint8Array.from([...head, ...new Uint8Array(view.buffer), 0xff, 0xda, 0, 0]);
};

test("time and place are found in either byte order, each by itself", () => {
  for (const little of [true, false]) {
    for (const said of [NEITHER, { time: true, place: false }, { time: false, place: true }, { time: true, place: true }]) {
      assert.deepEqual(saidBy(jpegOf({ ...said, little })), said);
    }
  }
});

test("what is cut, bare, lies about its places or is no JPEG says neither, and nothing is thrown", () => {
  const whole = jpegOf({ time: true, place: true });
  for (let length = 0; length < 90; length += 1) assert.equal(saidBy(whole.slice(0, length)).place, false, String(length));
  const lying = whole.map((byte, at) => (at > 22 ? 0xff : byte));
  for (const bytes of [lying, new TextEncoder().encode("%PDF-1.7 and more than ten bytes"), Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 0)]) {
    assert.deepEqual(saidBy(bytes), NEITHER);
  }
});
