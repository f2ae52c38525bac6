/** What the phone keeps between sittings, in IndexedDB: pinned trust, locked keys, the sealed outbox. Never plaintext. DOM-free. */

const NAME = "interview";
const VERSION = 3;
/**
 * `drafts`: whose, by id. `stock`, `spent`: share keys not used yet, and those to be destroyed. `notices`: what the page has to say.
 * `media`: of which draft each recording and picture is, or which bins hold sealed ones (interview/media/buckets.js).
 */
const STORES = ["trust", "locked", "outbox", "settings", "drafts", "stock", "spent", "notices", "media"];

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const REFUSALS = new Set(["QuotaExceededError", "UnknownError", "AbortError", "InvalidStateError"]);
/** Whether `error` says that the phone does not take what was to be written: full, broken or closed, and no fault of ours. */
export const refusedByPhone = (error) => REFUSALS.has(error?.name);

/** The end of `transaction`, and nothing earlier: a request that failed may be told before the reason why all of it ended. */
const ended = (transaction, act) =>
  new Promise((resolve, reject) => {
    let given = () => undefined;
    transaction.oncomplete = () => resolve(given());
    transaction.onabort = () => reject(transaction.error ?? new DOMException("transaction", "AbortError"));
    try {
      given = act(transaction) ?? given;
    } catch (error) {
      transaction.abort(); // half of it is worse than nothing
      reject(error);
    }
  });

/** A database with `stores`, from `factory` (the page's own IndexedDB or a storage bucket's). */
export const openDatabase = async (name, stores, factory = indexedDB, version = 1) => {
  const request = factory.open(name, version);
  request.onupgradeneeded = () => {
    const lacking = stores.filter((store) => !request.result.objectStoreNames.contains(store));
    lacking.forEach((store) => request.result.createObjectStore(store));
  };
  const database = await settled(request);
  const begin = (stores, mode) => database.transaction(stores, mode, { durability: "strict" });
  const run = async (store, mode, act) =>
    ended(begin(store, mode), (transaction) => {
      const request = act(transaction.objectStore(store));
      return () => request.result;
    });
  return {
    read: (store, key) => run(store, "readonly", (s) => s.get(key)),
    keys: (store) => run(store, "readonly", (s) => s.getAllKeys()),
    all: (store) => run(store, "readonly", (s) => s.getAll()),
    write: (store, key, value) => run(store, "readwrite", (s) => s.put(value, key)),
    /** Write it if the phone takes it; whether it did. For what may wait, where somebody may not. */
    writeIfTaken: (store, key, value) =>
      run(store, "readwrite", (s) => s.put(value, key)).then(() => true, (error) => {
        if (!refusedByPhone(error)) throw error;
        return false;
      }),
    /** Several writes [[store, key, value]] that happen together or not at all. */
    writeTogether: async (writes) =>
      ended(begin([...new Set(writes.map(([store]) => store))], "readwrite"), (transaction) => {
        writes.forEach(([store, key, value]) => transaction.objectStore(store).put(value, key));
      }),
    /** The first value that `fits`, taken out in one stroke: of two windows only one gets it. Undefined when there is none. */
    take: async (store, fits) =>
      ended(begin(store, "readwrite"), (transaction) => {
        let taken;
        const request = transaction.objectStore(store).openCursor();
        request.onsuccess = () => {
          const cursor = request.result;
          if (!cursor) return;
          if (!fits(cursor.value)) return void cursor.continue();
          taken = cursor.value;
          cursor.delete();
        };
        return () => taken;
      }),
    /** Read and write in one stroke: `change(value)` gives the new value, null to remove it, undefined to leave it; the new value. */
    update: async (store, key, change) =>
      ended(begin(store, "readwrite"), (transaction) => {
        const objects = transaction.objectStore(store);
        let next;
        objects.get(key).onsuccess = ({ target }) => {
          next = change(target.result);
          if (next === null) objects.delete(key);
          else if (next !== undefined) objects.put(next, key);
        };
        return () => next;
      }),
    remove: (store, key) => run(store, "readwrite", (s) => s.delete(key)),
    /** Let another window throw it away without waiting for this one. */
    giveWay: () => (database.onversionchange = () => database.close()),
    close: () => database.close(),
  };
};

export const openPhoneStore = (factory) => openDatabase(NAME, STORES, factory, VERSION);
