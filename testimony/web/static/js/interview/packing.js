/** The outbox as a file, for when no node can be reached, and the receipts that come back as one. DOM-free. */

import { PROVES } from "./delivery.js";
import { readFrames, writeFrames } from "./framing.js";

/** The name says nothing but a day. */
export const fileName = (day) => `notes-${day}.bin`;

/** {bytes, ids, damaged}: every entry that is whole, as one container, and the ids of those that are damaged here and stay out of it. */
export const carryFile = async (entries) => {
  const read = await Promise.all(entries.map(async ({ id, container }) => ({ id, ...(await readFrames(container)) })));
  const whole = read.filter((entry) => entry.whole);
  return { bytes: await writeFrames(whole.flatMap(({ frames }) => frames)), ids: whole.map(({ id }) => id), damaged: read.filter((entry) => !entry.whole).map(({ id }) => id) };
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
 * only when `verify` (as for `deliver`) says so. `outbox` gives `find(id)` -> entry or undefined, and `advance(id, state)`.
 */
export const takeReceipts = async ({ bytes, outbox, verify }) => {
  const payloads = (await readFrames(bytes)).frames.filter(({ kind }) => kind === "record").map(({ payload }) => payload);
  let moved = 0;
  for (const payload of payloads) {
    const entry = await outbox.find(recordNamed(payload));
    if (!entry) continue;
    const signer = await verify(payload, { recordId: entry.id, parts: entry.names.slice(1) });
    if (signer && (await outbox.advance(entry.id, PROVES[signer]))) moved += 1;
  }
  return { found: payloads.length, moved };
};
