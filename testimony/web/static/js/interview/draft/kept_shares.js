/**
 * Shares that stay on the phone for one sitting, under the passphrase: each in a storage bucket of its own, thrown away whole with its
 * draft or when four hours have passed. Rows that are deleted from IndexedDB leave traces. DOM-free.
 */

import { CORRECTION, SITTING } from "./age.js";
import { binsOf } from "../media/buckets.js";

const ROW = "share";

/** {from, until}, milliseconds: the sitting of a draft that was begun at `begun`, an ISO time. */
const sittingOf = (begun) => ({ from: Date.parse(begun), until: Date.parse(begun) + SITTING });

const lasts = ({ from, until }, now) => now >= from - CORRECTION && now < until;

/** Over `store`, the phone's: of which drafts a share is kept, and until when, stands in `drafts`, so that they end without a passphrase. */
export const keptSharesIn = (store, bins = binsOf(undefined, "sitting"), clock = Date.now) => {
  const end = async (id) => {
    if (!(await store.read("drafts", id))?.sitting) return;
    await bins.destroyBin(id); // first: the row is what finds it again after a crash
    await store.update("drafts", id, (row) => {
      if (!row) return undefined;
      const { sitting, ...rest } = row;
      return rest;
    });
  };
  return {
    /** What the row of a draft says of its sitting; null when it is over already. */
    begin: (begun) => [sittingOf(begun)].find((sitting) => lasts(sitting, clock())) ?? null,

    /** Keep the share of the draft `id`, whose row says so already: a crash between the two keeps nothing. */
    keep: async (id, kept) => (await bins.openBin(id)).write(ROW, kept),

    /** {kept, until} of a row of `drafts`: nulls, and nothing left of it on the disk, once the sitting is over. */
    of: async ({ id, sitting }) => {
      if (!sitting) return { kept: null, until: null };
      if (!lasts(sitting, clock())) {
        await end(id);
        return { kept: null, until: null };
      }
      const kept = (await (await bins.openBin(id)).read(ROW)) ?? null;
      return { kept, until: kept && sitting.until };
    },

    /** Throw the share of the draft `id` away. */
    end,

    /** Throw away those whose sitting is over; all of them where `wanted` is false. */
    sweep: async (wanted) => {
      for (const { id, sitting } of await store.all("drafts")) {
        if (sitting && !(wanted && lasts(sitting, clock()))) await end(id);
      }
    },
  };
};
