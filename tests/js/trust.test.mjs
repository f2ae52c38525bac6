/** Trust on first use: one root for ever, rosters that only grow. */

import assert from "node:assert/strict";
import test from "node:test";

import { takeTrust } from "../../testimony/web/static/js/interview/trust.js";

const storeWith = (pin) => {
  const held = new Map(pin ? [["pin", pin]] : []);
  return { read: async (_, key) => held.get(key), write: async (_, key, value) => held.set(key, value), held };
};
const offering = (root, ...rosters) => ({ root, rosters, station: "s" });
const verify = async ({ root, rosters }) => {
  if (rosters.includes("false")) throw Object.assign(new Error(), { name: "RosterRefused", reason: "signature" });
  return { fingerprint: `f-${root}`, no: rosters.length, sha256s: rosters };
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

for (const [what, offer, reason] of [
  ["a lower number", offering("R", "1"), "older"],
  ["another second roster", offering("R", "1", "other", "3"), "older"],
  ["another root", offering("other", "1", "2", "3"), "foreign"],
  ["a false signature", offering("R", "1", "2", "false"), "broken"],
]) {
  test(`${what} is refused and the pinned one stays in force`, async () => {
    const store = await pinned("1", "2");
    const { trust, refused } = await takeTrust({ offer, store, verify });
    assert.equal(refused, reason);
    assert.deepEqual([trust.root, trust.no], ["R", 2]);
    assert.equal(store.held.get("pin").no, 2);
  });
}

test("what is pinned already is not written again, so that a full phone still opens", async () => {
  const store = await pinned("1", "2");
  store.write = () => Promise.reject(new Error("full"));
  assert.equal((await takeTrust({ offer: offering("R", "1", "2"), store, verify })).trust.no, 2);
});
