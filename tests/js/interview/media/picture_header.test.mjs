/** What a file is and how large it unpacks is known from its head: nothing is unpacked that a small phone cannot hold. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_BYTES, factsOf, fitted, whyNot } from "../../../../testimony/web/static/js/interview/media/picture_header.js";

const ascii = (text) => [...text].map((letter) => letter.charCodeAt(0));
const bytesOf = (...parts) => Uint8Array.from([...parts.flat(), ...Array(40).fill(0)]);
const four = (number) => [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
const png = (width, height) => bytesOf([0x89], ascii("PNG\r\n\x1a\n"), four(13), ascii("IHDR"), four(width), four(height));
const jpeg = (width, height) =>
  bytesOf([0xff, 0xd8, 0xff, 0xe1, 0, 6, 1, 2, 3, 4, 0xff, 0xff, 0xc2, 0, 17, 8], four(height).slice(2), four(width).slice(2));

test("JPEG, PNG and WebP tell their size", () => {
  assert.deepEqual(factsOf(jpeg(4000, 3000)), { type: "jpeg", width: 4000, height: 3000 });
  assert.deepEqual(factsOf(png(640, 480)), { type: "png", width: 640, height: 480 });
  const lossy = bytesOf(ascii("RIFF"), four(0), ascii("WEBPVP8 "), four(0), Array(6).fill(0), [0x80, 0x02, 0xe0, 0x01]);
  assert.deepEqual(factsOf(lossy), { type: "webp", width: 640, height: 480 });
  const large = bytesOf(ascii("RIFF"), four(0), ascii("WEBPVP8X"), four(0), four(0), [0x7f, 0x02, 0], [0xdf, 0x01, 0]);
  assert.deepEqual(factsOf(large), { type: "webp", width: 640, height: 480 });
});

test("what cannot be taken has one sentence, by its name", () => {
  const ordinary = factsOf(jpeg(4000, 3000));
  assert.equal(whyNot(ordinary, 3_000_000), null);
  assert.equal(whyNot(ordinary, MOST_BYTES + 1), "picture_large");
  assert.equal(whyNot(factsOf(jpeg(8160, 6120)), 9_000_000), "picture_large", "fifty million dots");
  assert.equal(whyNot(factsOf(png(30000, 30000)), 90_000), "picture_large", "a small file that unpacks to gigabytes");
  assert.equal(whyNot(factsOf(png(60000, 1)), 90_000), "picture_large");
  assert.equal(whyNot(factsOf(bytesOf(four(24), ascii("ftypheic"))), 2_000_000), "picture_heic");
  for (const garbage of [bytesOf(ascii("<html>")), bytesOf([0xff, 0xd8, 0xff, 0xd9]), bytesOf(ascii("RIFF....WEBPXXXX")), png(0, 7), Uint8Array.of(1)]) {
    assert.equal(whyNot(factsOf(garbage), garbage.length), "picture_unknown");
  }
});

test("a picture is made to fit its longer side, and nothing is made larger", () => {
  assert.deepEqual(fitted({ width: 4000, height: 3000 }, 2000), { width: 2000, height: 1500 });
  assert.deepEqual(fitted({ width: 300, height: 9000 }, 2000), { width: 67, height: 2000 });
  assert.deepEqual(fitted({ width: 640, height: 480 }, 2000), { width: 640, height: 480 });
});
