/** Encrypted drafts: each in two slots of a storage bucket of its own, thrown away whole. IndexedDB deletes leave traces. DOM-free. */

import { binsOf } from "../media/buckets.js";
import { clearMedia } from "./media_deletion.js";
import { keptSharesIn } from "./kept_shares.js";
import { openDatabase, refusedByPhone } from "../node/phone_store.js";

const STORE = "draft";

/** The bucket's name says nothing: half of the draft's random id. */
const bucketOf = (id) => `draft-${id.slice(0, 16)}`;

const open = async (name, buckets) => {
  if (!buckets) return openDatabase(name, [STORE]);
  const bucket = await buckets.open(name, { durability: "strict", persisted: true });
  return openDatabase(name, [STORE], bucket.indexedDB);
};

/**
 * The draft `id`. `wrap` is what the draft's root key is wrapped in (public values and ciphertext); a snapshot is
 * {seq, bytes}. The older of the two slots is the one overwritten. One that the disk refused, `refused`, is held here instead,
 * in memory and encrypted as it is: so the page can lock although the phone is full.
 */
export const openDraftStore = async (id, buckets = navigator.storageBuckets) => {
  const name = bucketOf(id);
  const database = await open(name, buckets);
  let refused = null;
  const save = async (seq, bytes) => {
    try {
      await database.write(STORE, seq % 2 === 0 ? "a" : "b", { seq, bytes });
      refused = null;
    } catch (error) {
      refused = { seq, bytes, refused: true };
      throw error;
    }
  };
  const slots = async () => (await Promise.all(["a", "b"].map((slot) => database.read(STORE, slot)))).filter(Boolean);
  return {
    /** Until when the passphrase alone opens it, in milliseconds, since its share is kept for the sitting; null when it is not. */
    until: null,
    wrap: () => database.read(STORE, "wrap"),
    begin: (wrap) => database.write(STORE, "wrap", wrap),
    save,
    /** Whether the disk lacks the newest snapshot. */
    lacks: () => refused !== null,
    /** Try once more to write what the disk refused; that needs no key. Rejects when it is refused again. */
    saveAgain: async () => {
      if (!refused) return;
      if ((await slots()).some(({ seq }) => seq >= refused.seq)) refused = null; // another window went on with the draft meanwhile
      else await save(refused.seq, refused.bytes);
    },
    /** Snapshots, newest first: the second is there for when the first was cut by a power loss. */
    snapshots: async () => [refused, ...(await slots())].filter(Boolean).sort((one, other) => other.seq - one.seq),
    destroy: async () => {
      refused = null;
      if (!buckets) await Promise.all(["wrap", "a", "b"].map((key) => database.remove(STORE, key)));
      database.close();
      if (buckets) await buckets.delete(name);
    },
  };
};

/** Throw away what does not even open. */
const drop = async (id, buckets = globalThis.navigator?.storageBuckets) => buckets?.delete(bucketOf(id));

/**
 * The drafts on this phone, by id in its store: {id, person, replaces, sitting?}. One is entered when its wrap is on the disk, and is
 * over from the moment that `done-ID` stands there; what a crash left behind is cleared away the next time.
 */
export const draftsIn = (store, openStore = openDraftStore, bins = binsOf(), shares = keptSharesIn(store)) => {
  const opened = new Map();
  const storeOf = (id) => {
    if (!opened.has(id)) opened.set(id, openStore(id));
    return opened.get(id);
  };
  const stores = async () => (await Promise.allSettled(opened.values())).flatMap((store) => (store.status === "fulfilled" ? [store.value] : []));
  const discard = async (id) => {
    await storeOf(id).then((draft) => draft.destroy()).catch(() => drop(id));
    opened.delete(id);
  };
  const clear = async (id) => {
    await clearMedia(store, id, bins);
    await shares.end(id);
    await discard(id);
    await store.remove("drafts", id);
  };
  /** Keep the share for the sitting. A phone that does not take it still has the draft, which then needs the node. */
  const keepShare = async (draft, id, sitting, kept) => {
    draft.until = await shares.keep(id, kept).then(() => sitting.until, async (error) => {
      if (!refusedByPhone(error)) throw error;
      await shares.end(id);
      return null;
    });
  };
  const usable = async (row) => {
    const { id, replaces } = row;
    if (await store.read("settings", `done-${id}`)) return clear(id).then(() => null);
    try {
      const draft = await storeOf(id);
      const [wrap, { kept, until }] = [(await draft.wrap()) ?? null, await shares.of(row)];
      draft.until = until;
      return { id, draft, wrap: wrap && kept ? { ...wrap, kept } : wrap, replaces };
    } catch {
      opened.delete(id);
      return { id, draft: null, wrap: null, replaces }; // it is told, and holds back no other
    }
  };
  return {
    /**
     * Enter a draft with all that opens it again; `first` is its first snapshot where it continues the draft `replaces`, `beside` what is
     * written in the same stroke. A `wrap` with a share for the sitting (`kept`) says when that sitting began: `begun`, ISO.
     */
    begin: async ({ kept, ...wrap }, person, { begun = "", first = null, replaces = null, beside = [] } = {}) => {
      const draft = await storeOf(wrap.id);
      const sitting = kept ? shares.begin(begun) : null;
      try {
        if (first) await draft.save(1, first);
        await draft.begin(wrap);
        await store.writeTogether([["drafts", wrap.id, { id: wrap.id, person, replaces, ...(sitting && { sitting }) }], ...beside]);
      } catch (error) {
        await discard(wrap.id); // nobody would ever find it
        throw error;
      }
      if (sitting) await keepShare(draft, wrap.id, sitting, kept);
      return draft;
    },
    /** Whether the disk lacks the newest words of some draft. */
    lacking: async () => (await stores()).some((draft) => draft.lacks()),
    /** Offer the disk again what it refused. What it refuses again is still held. */
    saveAgain: async () => Promise.allSettled((await stores()).map((draft) => draft.saveAgain())),
    /** Throw away the shares whose sitting is over; all where the organisation does not want them (`wanted`) any more. */
    endSittings: async (wanted) => {
      await shares.sweep(wanted);
      for (const draft of await stores()) if (!wanted || draft.until <= Date.now()) draft.until = null;
    },
    /** Throw a draft away with everything in it and recorded for it. */
    clear,
    /** [{id, draft, wrap}] of `person`; `wrap` is null where the browser threw the draft away or cannot read it. One that was moved counts once. */
    of: async (person) => {
      const own = (await store.all("drafts")).filter((entry) => entry.person === person);
      const found = (await Promise.all(own.map(usable))).filter(Boolean);
      const moved = new Set(found.map(({ replaces }) => replaces).filter(Boolean));
      for (const { id } of found.filter((each) => moved.has(each.id))) await clear(id);
      return found.filter((each) => !moved.has(each.id));
    },
  };
};
