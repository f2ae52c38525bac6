/** The phone's store: what a writing that failed is rejected with, and that half of one is undone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openDatabase, openPhoneStore, refusedByPhone } from "../../../../testimony/web/static/js/interview/node/phone_store.js";

/** A database whose transactions end as `end(transaction)` says, after what was asked of them; `put` is its store's. */
const databaseThat = (end, put = () => ({})) => {
  const transaction = () => {
    const made = { error: null, aborted: false, abort: () => (made.aborted = true), objectStore: () => ({ put, get: () => ({ result: 1 }) }) };
    databaseThat.last = made;
    setImmediate(() => end(made));
    return made;
  };
  const request = { result: { transaction, objectStoreNames: { contains: () => true } } };
  setImmediate(() => request.onsuccess());
  return { open: () => request };
};
const opened = (end, put) => openDatabase("x", ["s"], databaseThat(end, put));

/** As browsers tell it: a request failed, before the transaction has a reason; then all of it, with one. */
const full = (transaction) => {
  transaction.onerror?.();
  transaction.error = new DOMException("full", "QuotaExceededError");
  transaction.onabort();
};

test("a full phone is called full, however the browser tells it", async () => {
  const writings = [(db) => db.write("s", "k", 1), (db) => db.writeTogether([["s", "k", 1]]), (db) => db.read("s", "k")];
  for (const writing of writings) await assert.rejects(async () => writing(await opened(full)), { name: "QuotaExceededError" });
});

test("a transaction that ended without a reason is still refused by the phone, and by an error", async () => {
  await assert.rejects(async () => (await opened((transaction) => transaction.onabort())).writeTogether([["s", "k", 1]]), refusedByPhone);
});

test("what cannot be written takes back what was written beside it", async () => {
  let puts = 0;
  const second = () => {
    puts += 1;
    if (puts === 2) throw new DOMException("not that", "DataCloneError");
    return {};
  };
  const database = await opened(() => undefined, second);
  await assert.rejects(database.writeTogether([["s", "a", 1], ["s", "b", 2]]), { name: "DataCloneError" });
  assert.equal(databaseThat.last.aborted, true);
});

test("somebody who is not to wait is told whether it was written, and of any other fault", async () => {
  assert.equal(await (await opened((transaction) => transaction.oncomplete())).writeIfTaken("s", "k", 1), true);
  assert.equal(await (await opened(full)).writeIfTaken("s", "k", 1), false);
  const faulty = () => {
    throw new TypeError("a fault of ours");
  };
  await assert.rejects(async () => (await opened(() => undefined, faulty)).writeIfTaken("s", "k", 1), TypeError);
});

test("a store of the version before gets what it lacks, and keeps what it has", async () => {
  const before = ["trust", "locked", "outbox", "settings", "drafts", "stock", "spent", "notices"];
  const made = [];
  const factory = {
    open: (name, version) => {
      const request = { result: { objectStoreNames: { contains: (store) => before.includes(store) }, createObjectStore: (store) => made.push(store) } };
      setImmediate(() => {
        request.onupgradeneeded();
        request.onsuccess();
      });
      assert.deepEqual([name, version], ["interview", 3]);
      return request;
    },
  };
  await openPhoneStore(factory);
  assert.deepEqual(made, ["media"]);
});
