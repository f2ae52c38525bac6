/** Trust on first use: one root for ever, rosters that only grow. */

import assert from "node:assert/strict";
import test from "node:test";

import { takeTrust } from "../../../../testimony/web/static/js/interview/node/trust.js";

const storeWith = (pin) => {
  const held = new Map(pin ? [["pin", pin]] : []);
  return { read: async (_, key) => held.get(key), write: async (_, key, value) => held.set(key, value), held };
};
const offering = (root, ...rosters) => ({ root, rosters, station: "s" });
const verify = async ({ root, rosters }) => {
  if (rosters.includes("false")) throw Object.assign(new Error(), { name: "RosterRefused", reason: "signature" });
  return { fingerprint: `f-${root}`, no: rosters.length, sha256s: rosters.filter((one) => !one.startsWith("root")), records: rosters };
};
const pinned = async (...rosters) => {
  const store = storeWith();
  await takeTrust({ offer: offering("R", ...rosters), store, verify });
  return store;
};

test("the first organisation is pinned", async () => {
  const store = storeWith();
  const { trust, refused } = await takeTrust({ offer: offering("R", "1"), store, verify });
  assert.equal(trust.fingerprint, "f-R");
  assert.equal(refused, null);
  assert.equal(store.held.get("pin").root, "R");
});

test("nothing known and nobody there is refused", async () => {
  await assert.rejects(takeTrust({ offer: null, store: storeWith(), verify }), { name: "TrustRefused", reason: "none" });
});

test("a first offer that does not verify is not pinned", async () => {
  const store = storeWith();
  await assert.rejects(takeTrust({ offer: offering("R", "false"), store, verify }), { reason: "broken" });
  assert.equal(store.held.size, 0);
});

test("a newer roster is taken, and kept for when the node is away", async () => {
  const store = await pinned("1");
  assert.equal((await takeTrust({ offer: offering("R", "1", "2"), store, verify })).trust.no, 2);
  assert.equal((await takeTrust({ offer: null, store, verify })).trust.no, 2);
});

for (const [what, offer, reason, before = ["1", "2"]] of [
  ["a lower number", offering("R", "1"), "older"],
  ["another second roster", offering("R", "1", "other", "3"), "older"],
  ["a chain without the new roots, so that the old ones could sign again", offering("R", "1", "2"), "older", ["1", "2", "root 2"]],
  ["other new roots", offering("R", "1", "2", "root 2 of others"), "older", ["1", "2", "root 2"]],
  ["a roster that stands where new roots did", offering("R", "1", "2", "3"), "older", ["1", "2", "root 2"]],
  ["another root", offering("other", "1", "2", "3"), "foreign"],
  ["a false signature", offering("R", "1", "2", "false"), "broken"],
]) {
  test(`${what} is refused and the pinned one stays in force`, async () => {
    const store = await pinned(...before);
    const { trust, refused } = await takeTrust({ offer, store, verify });
    assert.equal(refused, reason);
    assert.deepEqual([trust.root, trust.no], ["R", before.length]);
    assert.deepEqual(store.held.get("pin").records, before);
  });
}

test("what is pinned already is not written again, so that a full phone still opens", async () => {
  const store = await pinned("1", "2");
  store.write = () => Promise.reject(new Error("full"));
  assert.equal((await takeTrust({ offer: offering("R", "1", "2"), store, verify })).trust.no, 2);
});

test("a pin of before, which knows its rosters alone, goes on to grow", async () => {
  const store = await pinned("1");
  delete store.held.get("pin").records;
  assert.equal((await takeTrust({ offer: offering("R", "other"), store, verify })).refused, "older");
  assert.equal((await takeTrust({ offer: offering("R", "1", "root 2"), store, verify })).refused, null);
  assert.deepEqual(store.held.get("pin").records, ["1", "root 2"]);
});

const count = async ({ fresh, ...offer }) => ({ ...(await verify(offer)), fresh: fresh.filter((one) => one !== "false").sort().slice(-1) });
const offeringFresh = (fresh, ...rosters) => ({ ...offering("R", ...rosters), fresh });

test("the newest statement that counts is kept, whatever the node offers after it", async () => {
  const store = storeWith();
  for (const [fresh, kept] of [["day 1", "day 1"], ["day 3", "day 3"], ["day 2", "day 3"], [null, "day 3"], [undefined, "day 3"], ["false", "day 3"]]) {
    const { trust, refused } = await takeTrust({ offer: offeringFresh(fresh, "1"), store, verify: count });
    assert.deepEqual([trust.fresh, refused], [[kept], null]);
  }
  assert.deepEqual((await takeTrust({ offer: null, store, verify: count })).trust.fresh, ["day 3"]);
});

test("an offer that is refused brings no statement", async () => {
  const store = storeWith();
  await takeTrust({ offer: offeringFresh("day 1", "1", "2"), store, verify: count });
  assert.deepEqual((await takeTrust({ offer: offeringFresh("day 2", "1"), store, verify: count })).trust.fresh, ["day 1"]);
});

test("a phone that is full opens with the statement of before, and takes no roster that it cannot keep", async () => {
  const store = storeWith();
  await takeTrust({ offer: offeringFresh("day 1", "1"), store, verify: count });
  store.write = () => Promise.reject(new Error("full"));
  assert.deepEqual((await takeTrust({ offer: offeringFresh("day 2", "1"), store, verify: count })).trust.fresh, ["day 1"]);
  await assert.rejects(takeTrust({ offer: offeringFresh("day 2", "1", "2"), store, verify: count }), { message: "full" });
});
