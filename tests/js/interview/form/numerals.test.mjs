/** The code for people: in the witness's digits, typed back in any, and drawn as a picture that reads as the same digits. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import decodeQR from "qr/decode.js";
import { digitsIn, groupsOf, inNumeralsOf, inSentencesOf } from "../../../../testimony/web/static/js/interview/form/numerals.js";
import { qrPath } from "../../../../testimony/web/static/js/interview/node/qr_path.js";

const vectors = JSON.parse(await readFile(new URL("../../../vectors/numerals.json", import.meta.url), "utf8"));
const CODE = "1234567890123456789012345";

test("each language has the digits that CLDR calls its own, and the others keep theirs", () => {
  for (const [language, written] of Object.entries(vectors.native)) assert.equal(inNumeralsOf(language, vectors.digits), written, language);
  for (const language of ["en", "fr", "am", "ti", "tr", "so", "kmr", undefined]) assert.equal(inNumeralsOf(language, vectors.digits), null, language);
});

test("sentences write them too, but Arabic ones write Western digits", () => {
  assert.equal(inSentencesOf("fa", "1/3"), "۱/۳");
  for (const language of ["ar", "en", "fr", "es", "am"]) assert.equal(inSentencesOf(language, "1/3"), "1/3", language);
});

test("digits come back from any script, whatever stands between them", () => {
  for (const written of Object.values(vectors.native)) assert.equal(digitsIn(written), vectors.digits.replaceAll(" ", ""));
  assert.equal(digitsIn(" १२-३ \u200f４５x"), "12345");
  assert.deepEqual(groupsOf(CODE), ["12345", "67890", "12345", "67890", "12345"]);
});

/** The drawing as a decoder sees it: the path's rectangles filled, ten pixels a module. */
const pictureOf = ({ size, d }) => {
  const [scale, side] = [10, size * 10];
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, width] of d.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let py = y * scale; py < (Number(y) + 1) * scale; py += 1) {
      for (let px = x * scale; px < (Number(x) + Number(width)) * scale; px += 1) data.fill(0, (py * side + px) * 4, (py * side + px) * 4 + 3);
    }
  }
  return { width: side, height: side, data };
};

test("the picture reads as the digits and nothing else, and is as small as it can be", async () => {
  const drawn = await qrPath(CODE, { encoding: "numeric", ecc: "quartile" });
  assert.equal(drawn.size, 21 + 8);
  assert.equal(decodeQR(pictureOf(drawn)), CODE);
});

test("a fingerprint is drawn too", async () => {
  const print = "0123456789ABCDEF".repeat(4);
  assert.equal(decodeQR(pictureOf(await qrPath(print, { encoding: "alphanumeric", ecc: "medium" }))), print);
});
