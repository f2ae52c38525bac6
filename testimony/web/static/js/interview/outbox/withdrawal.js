/** A witness takes back what was sealed on this phone, or single uses of it: that goes first of all, and a copy of what is taken back whole goes at once. DOM-free. */

import { readFrames } from "../node/frames.js";

const text = (bytes) => new TextDecoder().decode(bytes);

/** The testimony's number in the manifest that a container begins with. */
const numberIn = async (container) => {
  const [{ payload }] = (await readFrames(container)).frames;
  return JSON.parse(JSON.parse(text(payload)).record).tid;
};

const numberOf = (entry) => entry.tid ?? numberIn(entry.container);

/** Whether this phone can withdraw an entry: it knows the number of the testimony, and nobody took it back before. */
export const canTakeBack = ({ kind, state, tid }) => kind === "testimony" && state !== "withdrawn" && (state === "waiting" || Boolean(tid));

/**
 * Take back the entry `id`: `sign(tid)` gives the entry of the signed withdrawal, which waits in the outbox from then on. What of the
 * testimony had not left the phone is deleted with the same stroke. Whether it was there to be taken back.
 */
export const takeBack = async ({ outbox, id, day, sign }) => {
  const entry = await outbox.find(id);
  if (!entry || !canTakeBack(entry)) return false;
  await outbox.takeBack(id, day, await sign(await numberOf(entry)));
  return true;
};

/** Take back single uses of `id` alone: `sign(tid)` gives the entry that says which, sealed. The testimony stays where it is. */
export const takeBackUses = async ({ outbox, id, sign }) => {
  const entry = await outbox.find(id);
  if (!entry || !canTakeBack(entry)) return false;
  await outbox.add(await sign(await numberOf(entry)));
  return true;
};
