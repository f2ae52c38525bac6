/** Frames: what is written is read, and a torn container still gives every frame before the tear. */

import assert from "node:assert/strict";
import test from "node:test";

import { readFrames, writeFrames } from "../../../../testimony/web/static/js/interview/node/frames.js";

const FRAMES = [
  { kind: "record", payload: new TextEncoder().encode('{"record":"{}","sigs":[]}') },
  { kind: "object", payload: new Uint8Array(5000).map((_, i) => i) },
  { kind: "object", payload: new Uint8Array(0) },
];

test("what is written is read", async () => {
  assert.deepEqual(await readFrames(await writeFrames(FRAMES)), { frames: FRAMES, whole: true });
});

test("cut at any byte, it is not whole and gives only whole frames", async () => {
  const bytes = await writeFrames(FRAMES);
  for (let length = 0; length < bytes.length; length += 97) {
    const { frames, whole } = await readFrames(bytes.slice(0, length));
    assert.equal(whole, false);
    assert.deepEqual(frames, FRAMES.slice(0, frames.length));
  }
});

test("one changed byte of a payload is noticed", async () => {
  const bytes = await writeFrames(FRAMES);
  bytes[600] ^= 1;
  assert.equal((await readFrames(bytes)).whole, false);
});

test("an end that cannot be read, and something that is no bytes, are not whole", async () => {
  const bytes = await writeFrames(FRAMES);
  const at = new TextDecoder("latin1").decode(bytes).lastIndexOf('{"frames"');
  for (const end of ["{", "null", "[]"]) {
    const damaged = bytes.slice();
    damaged.set(new TextEncoder().encode(end.padEnd(bytes.length - at)), at);
    assert.deepEqual(await readFrames(damaged), { frames: FRAMES, whole: false });
  }
  for (const nothing of [undefined, null, "text"]) assert.deepEqual(await readFrames(nothing), { frames: [], whole: false });
});

test("anything after the end is noticed", async () => {
  const bytes = await writeFrames(FRAMES);
  assert.equal((await readFrames(new Uint8Array([...bytes, 0]))).whole, false);
});

test("an object above the limit is never written", async () => {
  await assert.rejects(writeFrames([{ kind: "object", payload: new Uint8Array(256 * 1024 + 1) }]));
});
