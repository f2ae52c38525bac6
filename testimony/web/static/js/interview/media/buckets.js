/** Bins: a storage bucket each for one recording or picture, what it was sealed into, or a draft's share; thrown away whole. DOM-free. */

import { openDatabase } from "../node/phone_store.js";

const STORE = "rows";
/** The bins that are open in this page, by name: whoever throws one away closes it for all. */
const opened = new Map();

/** The name says nothing: half of a random id. */
const nameOf = (sort, id) => `${sort}-${id.slice(0, 16)}`;

const binOver = (database) => ({
  /** Set when it was thrown away: nothing is written any more. */
  gone: false,
  read: (key) => database.read(STORE, key),
  keys: () => database.keys(STORE),
  write: (key, value) => database.write(STORE, key, value),
  /** Rows [[key, value]] that are written together or not at all. */
  writeTogether: (rows) => database.writeTogether(rows.map(([key, value]) => [STORE, key, value])),
  close: () => database.close(),
});

const open = async (name, buckets) => {
  const bucket = await buckets?.open(name, { durability: "strict", persisted: true });
  const database = await openDatabase(name, [STORE], bucket?.indexedDB);
  database.giveWay();
  return binOver(database);
};

const deleteDatabase = (name) =>
  new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve(undefined);
    request.onerror = () => reject(request.error);
  });

/** `openBin(id)` gives a bin, made where there is none; `destroyBin(id)` throws it away with all its rows. */
export const binsOf = (buckets = globalThis.navigator?.storageBuckets, sort = "media") => ({
  openBin: (id) => {
    const name = nameOf(sort, id);
    if (!opened.has(name)) {
      opened.set(name, open(name, buckets));
      opened.get(name).catch(() => opened.delete(name)); // it is told to whoever asked, and tried again for the next
    }
    return opened.get(name);
  },
  destroyBin: async (id) => {
    const name = nameOf(sort, id);
    const bin = await opened.get(name)?.catch(() => null);
    opened.delete(name);
    if (bin) bin.gone = true;
    bin?.close();
    await (buckets ? buckets.delete(name) : deleteDatabase(name));
  },
});
