/** Throwing away what was recorded for a draft. It needs no key, and so nothing of what records. DOM-free. */

/** Every recording and picture of the draft `id` in `store`, whoever began it. */
export const clearMedia = async (store, id, bins) => {
  for (const row of (await store.all("media")).filter(({ draft }) => draft === id)) {
    await bins.destroyBin(row.id);
    await store.remove("media", row.id);
  }
};
