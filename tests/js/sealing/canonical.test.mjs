/** Canonical JSON, hex and base64: one spelling of everything, the twin's. */

import { decodeCanonical, encodeCanonical, fromHex, toHex } from "../../../testimony/web/static/js/sealing/index.js";
import { fromBase64NoPad, randomBelow, shuffled, toBase64NoPad } from "../../../testimony/web/static/js/sealing/base/bytes.js";
import { assert, test } from "./support/harness.mjs";
import { raw, vectors } from "./support/vectors.mjs";

test("values encode to the vectors' bytes and decode again", () => {
  for (const { value, bytes } of vectors.canonical_json) {
    assert.same(encodeCanonical(value), raw(bytes));
    assert.same(encodeCanonical(decodeCanonical(raw(bytes))), raw(bytes));
  }
});

test("every second spelling is refused", () => {
  for (const bytes of vectors.canonical_json_reject) assert.throws(() => decodeCanonical(raw(bytes)), "canonical.not");
});

test("what the format does not allow is not encoded", () => {
  const deep = (depth) => (depth === 0 ? [] : [deep(depth - 1)]);
  const cyclic = [];
  cyclic.push(cyclic);
  for (const value of [1.5, NaN, 2 ** 53, undefined, { A: 1 }, { "": 1 }, "\ud800", { a: undefined }, new Date(0), deep(8), cyclic, 1n, [, 1]]) {
    assert.throws(() => encodeCanonical(value), "canonical.not");
  }
  assert.ok(encodeCanonical(deep(7)));
});

test("a key named __proto__ is a key like others", () => {
  const bytes = new TextEncoder().encode('{"__proto__":{"a":1}}');
  assert.same(encodeCanonical(decodeCanonical(bytes)), bytes);
});

test("hex is lower case and whole bytes", () => {
  assert.same(toHex(fromHex("00ff10")), "00ff10");
  for (const text of ["0", "0F", "zz", "00 "]) {
    let refused = false;
    try {
      fromHex(text);
    } catch {
      refused = true;
    }
    assert.ok(refused, text);
  }
});

test("base64 with bits left over is not accepted", () => {
  assert.same(toBase64NoPad(fromBase64NoPad("QQ")), "QQ");
  for (const text of ["QR", "Q", "QQ==", "Q Q", "Q-_Q"]) assert.same(fromBase64NoPad(text), null);
});

test("shuffling loses nothing, and every place is reached", () => {
  const seen = new Set(Array.from({ length: 200 }, () => shuffled([0, 1, 2, 3])[0]));
  assert.same(seen.size, 4);
  assert.same([...shuffled([3, 1, 2])].sort(), [1, 2, 3]);
  assert.ok(Array.from({ length: 500 }, () => randomBelow(10)).every((value) => value >= 0 && value < 10));
});
