/** Pieces of media as they were sealed, in the bin of an outbox entry. DOM-free. */

import { refusedByPhone } from "../node/phone_store.js";

const sha256Hex = async (bytes) => Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What the bin holds of a piece; one that cannot be read is as good as gone. */
const keptIn = async (bin, place) => {
  try {
    return await bin.read(`media-${String(place + 1).padStart(3, "0")}`);
  } catch (error) {
    if (!refusedByPhone(error)) throw error;
    return null;
  }
};

/** The heads and body of the piece at `place`, which are called `names`; null when they are not those that were sealed. */
export const objectsAt = async (bin, place, names) => {
  const kept = await keptIn(bin, place);
  const same = kept?.objects?.length === names.length && (await Promise.all(kept.objects.map(sha256Hex))).every((name, i) => name === names[i]);
  return same ? kept.objects : null;
};
