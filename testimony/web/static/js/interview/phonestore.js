/** What the phone keeps between sittings, in IndexedDB: pinned trust, locked keys, the sealed outbox. Never plaintext. DOM-free. */

const NAME = "interview";
const VERSION = 2;
/** `drafts`: whose, by id. `stock`, `spent`: share keys not used yet, and those to be destroyed. `notices`: what the page has to say. */
const STORES = ["trust", "locked", "outbox", "settings", "drafts", "stock", "spent", "notices"];

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** A database with `stores`, from `factory` (the page's own IndexedDB or a storage bucket's). */
export const openDatabase = async (name, stores, factory = indexedDB, version = 1) => {
  const request = factory.open(name, version);
  request.onupgradeneeded = () => {
    const lacking = stores.filter((store) => !request.result.objectStoreNames.contains(store));
    lacking.forEach((store) => request.result.createObjectStore(store));
  };
  const database = await settled(request);
  const run = (store, mode, act) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? request.error);
    });
  return {
    read: (store, key) => run(store, "readonly", (s) => s.get(key)),
    keys: (store) => run(store, "readonly", (s) => s.getAllKeys()),
    all: (store) => run(store, "readonly", (s) => s.getAll()),
    write: (store, key, value) => run(store, "readwrite", (s) => s.put(value, key)),
    /** Several writes [[store, key, value]] that happen together or not at all. */
    writeTogether: (writes) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction([...new Set(writes.map(([store]) => store))], "readwrite", { durability: "strict" });
        writes.forEach(([store, key, value]) => transaction.objectStore(store).put(value, key));
        transaction.oncomplete = () => resolve();
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      }),
    /** The first value that `fits`, taken out in one stroke: of two windows only one gets it. Undefined when there is none. */
    take: (store, fits) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction(store, "readwrite", { durability: "strict" });
        let taken;
        const request = transaction.objectStore(store).openCursor();
        request.onsuccess = () => {
          const cursor = request.result;
          if (!cursor) return;
          if (!fits(cursor.value)) return void cursor.continue();
          taken = cursor.value;
          cursor.delete();
        };
        transaction.oncomplete = () => resolve(taken);
        transaction.onabort = transaction.onerror = () => reject(transaction.error ?? request.error);
      }),
    /** Read and write in one stroke: `change(value)` gives the new value, null to remove it, undefined to leave it; the new value. */
    update: (store, key, change) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction(store, "readwrite", { durability: "strict" });
        const objects = transaction.objectStore(store);
        let next;
        objects.get(key).onsuccess = ({ target }) => {
          next = change(target.result);
          if (next === null) objects.delete(key);
          else if (next !== undefined) objects.put(next, key);
        };
        transaction.oncomplete = () => resolve(next);
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      }),
    remove: (store, key) => run(store, "readwrite", (s) => s.delete(key)),
    close: () => database.close(),
  };
};

export const openPhoneStore = (factory) => openDatabase(NAME, STORES, factory, VERSION);
