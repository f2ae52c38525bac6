/** The frames of a file, one at a time: a file may be larger than the memory that a browser gives. DOM-free. */

import { HEADER, HEADER_LIMIT, PAYLOAD_LIMIT, PREFACE } from "../interview/node/frames.js";
import { sha256 } from "../sealing/base/hashes.js";

/** This is not a file of frames at all. */
export class FileForeign extends Error {
  constructor() {
    super("not a carry-file");
    this.name = "FileForeign";
  }
}

const text = (bytes) => new TextDecoder().decode(bytes);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** {kind, payload, bytes, next} of the frame at `at`, null where there is no whole one. */
const frameAt = async (blob, at) => {
  const take = async (from, size) => (from + size > blob.size ? null : new Uint8Array(await blob.slice(from, from + size).arrayBuffer()));
  const length = await take(at, 4);
  const size = length && new DataView(length.buffer).getUint32(0);
  if (!size || size > HEADER_LIMIT) return null;
  const parsed = HEADER.exec(text((await take(at + 4, size)) ?? new Uint8Array()));
  if (!parsed || Number(parsed[2]) > PAYLOAD_LIMIT) return null;
  const bytes = await take(at, 4 + size + Number(parsed[2]));
  return bytes && { kind: parsed[1], payload: bytes.slice(4 + size), bytes, next: at + bytes.length };
};

const closes = (payload, count, sum) => {
  try {
    const { frames, sha256: named } = JSON.parse(text(payload));
    return frames === count && named === sum;
  } catch {
    return false; // an `end` that cannot be read closes nothing
  }
};

/**
 * Every frame of `blob` up to the first byte that does not belong, as {kind, payload}; the last is of kind "end" when a true one
 * closes the file, and of kind "torn" otherwise. Throws `FileForeign`.
 */
export async function* framesOf(blob) {
  const preface = new Uint8Array(await blob.slice(0, PREFACE.length).arrayBuffer());
  if (preface.length < PREFACE.length || PREFACE.some((byte, i) => preface[i] !== byte)) throw new FileForeign();
  const sum = sha256.create().update(preface);
  let count = 0;
  for (let at = PREFACE.length; ; count += 1) {
    const frame = await frameAt(blob, at);
    if (frame?.kind === "end" && frame.next === blob.size && closes(frame.payload, count, hex(sum.digest()))) return yield { kind: "end", payload: frame.payload };
    if (!frame || frame.kind === "end") return yield { kind: "torn", payload: new Uint8Array() };
    yield { kind: frame.kind, payload: frame.payload };
    sum.update(frame.bytes);
    at = frame.next;
  }
}
