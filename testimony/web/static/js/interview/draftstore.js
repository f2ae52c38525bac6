/** One interviewer's encrypted draft, in two slots of a storage bucket that is thrown away whole. IndexedDB deletes leave traces. DOM-free. */

import { openDatabase } from "./phonestore.js";

const STORE = "draft";

const open = async (name, buckets) => {
  if (!buckets) return openDatabase(name, [STORE]);
  const bucket = await buckets.open(name, { durability: "strict", persisted: true });
  return openDatabase(name, [STORE], bucket.indexedDB);
};

/**
 * `name` is made from the person's id and says nothing by itself. `wrap` is what the draft's root key is wrapped in
 * (public values and ciphertext); a snapshot is {seq, bytes}. The older of the two slots is the one overwritten.
 */
export const openDraftStore = async (name, buckets = navigator.storageBuckets) => {
  let database = await open(name, buckets);
  const slots = async () => (await Promise.all(["a", "b"].map((slot) => database.read(STORE, slot)))).filter(Boolean);
  return {
    wrap: () => database.read(STORE, "wrap"),
    begin: (wrap) => database.write(STORE, "wrap", wrap),
    save: (seq, bytes) => database.write(STORE, seq % 2 === 0 ? "a" : "b", { seq, bytes }),
    /** Snapshots, newest first: the second is there for when the first was cut by a power loss. */
    snapshots: async () => (await slots()).sort((one, other) => other.seq - one.seq),
    destroy: async () => {
      if (buckets) {
        database.close();
        await buckets.delete(name);
        database = await open(name, buckets);
        return;
      }
      await Promise.all(["wrap", "a", "b"].map((key) => database.remove(STORE, key)));
    },
  };
};
