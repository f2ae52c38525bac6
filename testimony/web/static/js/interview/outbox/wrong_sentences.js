/**
 * Sentences that the worker says are wrong. A mark names language, sentence and the hash of its words; nothing of a witness, a day or an
 * interview. It is kept under the worker's passphrase, because a language tells of a person too, and goes with the next delivery. DOM-free.
 */

import { randomBytes, shuffled, toHex } from "../../sealing/base/bytes.js";

const KEPT = /** @type {const} */ (["settings", "wrongSentences"]);
/** So many are kept on a phone; then the oldest goes. */
const MOST = 200;

/** The mark of `words` as they are said: {lang, sentence, text}. */
export const markOf = async (lang, sentence, words) => ({ lang, sentence, text: toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(words)))) });

/** Keep `mark` until the node is near. A practice has no keys and keeps none. */
export const keepMark = async ({ store, vault }, mark) => {
  const id = toHex(randomBytes(32));
  const note = await (await vault()).call("sealRowNote", { id, note: mark });
  if (note === null) return;
  const kept = (await store.read(...KEPT)) ?? [];
  await store.write(...KEPT, [...kept, { id, note }].slice(-MOST));
};

/** What a node that refuses will always refuse: sentences that it does not have. */
const HOPELESS = "http.400";

/** Send the marks of the person who is signed in, in no order. Marks that do not arrive are kept. Rejects when the node is out of reach. */
export const sendMarks = async ({ store, vault, node }) => {
  const opened = await (await vault()).call("openRowNotes", { notes: (await store.read(...KEPT)) ?? [] });
  const marks = shuffled(Object.values(opened));
  if (marks.length === 0) return;
  try {
    await node.wrongSentences(marks);
  } catch (error) {
    if (error.name !== "NodeRefused") throw error;
    if (error.rule !== HOPELESS) return; // not signed in there, or too often: the next delivery tries again
  }
  const left = ((await store.read(...KEPT)) ?? []).filter(({ id }) => !(id in opened));
  await store.write(...KEPT, left);
};
