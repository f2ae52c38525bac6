/** The outbox as a file, for when no node can be reached, and the receipts that come back as one. DOM-free. */

import { provedBy } from "./delivery.js";
import { PREFACE, frameBytes, readFrames } from "../node/frames.js";
import { sha256 } from "../../sealing/base/hashes.js";

/** The name says nothing but a day. */
export const fileName = (day) => `notes-${day}.bin`;

/** A container that is written frame by frame, since an hour of sound is more than a phone holds in memory: {add(frame), file()}, a Blob. */
const container = () => {
  const sum = sha256.create();
  const [parts, count] = [[], { frames: 0 }];
  const put = (bytes) => {
    sum.update(bytes);
    parts.push(new Blob([bytes]));
  };
  put(PREFACE);
  return {
    add: (frame) => {
      put(frameBytes(frame));
      count.frames += 1;
    },
    file: () => {
      const hash = Array.from(sum.digest(), (byte) => byte.toString(16).padStart(2, "0")).join("");
      const payload = new TextEncoder().encode(JSON.stringify({ frames: count.frames, sha256: hash }));
      return new Blob([...parts, frameBytes({ kind: "end", payload })]);
    },
  };
};

/**
 * {file, ids, damaged, lacking}: every entry that is whole, its media too, as one container in a Blob; the ids of those whose text is damaged
 * here and stays out of it, and of those that lack a piece and are in it without that. `piecesOf(entry)` gives the pieces one by one, as
 * [object] or null where one cannot be read.
 */
export const carryFile = async (entries, piecesOf = /** @type {(entry: any) => AsyncIterable<any>} */ (async function* () {})) => {
  const [made, ids, damaged, lacking] = [container(), [], [], new Set()];
  for (const entry of entries) {
    const { frames, whole } = await readFrames(entry.container);
    if (!whole) {
      damaged.push(entry.id);
      continue;
    }
    frames.forEach(made.add);
    ids.push(entry.id);
    for await (const objects of entry.media ? piecesOf(entry) : []) {
      if (objects === null) lacking.add(entry.id);
      else objects.forEach((payload) => made.add({ kind: "object", payload }));
    }
  }
  return { file: made.file(), ids, damaged, lacking: [...lacking] };
};

/** The name of the record that a receipt says it is for; null when it is none. Nothing is verified by this. */
const recordNamed = (payload) => {
  try {
    return JSON.parse(JSON.parse(new TextDecoder().decode(payload)).record).record ?? null;
  } catch {
    return null; // not a receipt: the caller counts it as unknown
  }
};

/**
 * Take the receipts of a file: {found, moved}, how many receipts it holds and how many entries moved on by them. A receipt counts
 * only when `verify` (as for `deliver`) says so. `outbox` gives `find(id)` -> entry or undefined, `advance(id, state)` and
 * `note(id, known)`: a receipt for the text alone moves nothing on, and is remembered.
 */
export const takeReceipts = async ({ bytes, outbox, verify }) => {
  const payloads = (await readFrames(bytes)).frames.filter(({ kind }) => kind === "record").map(({ payload }) => payload);
  let moved = 0;
  for (const payload of payloads) {
    const entry = await outbox.find(recordNamed(payload));
    if (!entry) continue;
    const { state, text } = await provedBy([payload], entry, new Set(), verify);
    if (text) await outbox.note(entry.id, { text });
    if (state && (await outbox.advance(entry.id, state))) moved += 1;
  }
  return { found: payloads.length, moved };
};
