/** How far a testimony has come: headquarters only by its own signature, the desk only where headquarters signed, never back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { follow } from "../../../../testimony/web/static/js/interview/outbox/record_status.js";
import { canTakeBack } from "../../../../testimony/web/static/js/interview/outbox/withdrawal.js";
import { encodeSigned, signedBy } from "../../../../testimony/web/static/js/sealing/records/records.js";
import { kidOf, publicKeyOf } from "../../../../testimony/web/static/js/sealing/records/signatures.js";
import { rosterRecord, rosterValue, rootBytes, roots, seedOf, signedByRoots } from "../../sealing/support/organisation.mjs";
import { hashedEntry, outboxWith, receiptOf, statesOf } from "../../support/phones.mjs";

let handle;
const waiting = new Map();
globalThis.self = {
  addEventListener: (_, listener) => (handle = listener),
  postMessage: ({ id, value, failure }) => waiting.get(id)?.(failure ? Promise.reject(new Error(failure.name)) : value),
};
await import("../../../../testimony/web/static/js/interview/vault/worker.js");

let last = 0;
const call = (name, args) =>
  new Promise((resolve) => {
    last += 1;
    waiting.set(last, resolve);
    handle({ data: { id: last, call: name, args } });
  });
const text = (bytes) => new TextDecoder().decode(bytes);
const trust = (record) => call("trust", { root: text(rootBytes), rosters: [{ record: text(record.bytes), sigs: record.sigs }] });
const verify = (payload, wanted) => call("receipt", { payload, wanted });
const contested = (asked) => call("contested", asked);

/** An outbox whose one entry is on the node, and a node that says `said` of it. */
const told = async (said) => {
  const entry = await hashedEntry("a");
  const outbox = await outboxWith(entry);
  await outbox.settle(entry.id, "node", null);
  await follow({ outbox, node: { whereabouts: async () => ({ [entry.id]: said(entry) }) }, verify, contested });
  return (await statesOf(outbox))[entry.id];
};
const parsed = (bytes) => JSON.parse(text(bytes));

test("central's own receipt proves headquarters; the desk is believed only beside it", async () => {
  await trust(rosterRecord);
  const receipt = (entry) => parsed(receiptOf(entry, "central"));
  assert.equal(await told((entry) => ({ state: "headquarters", receipt: receipt(entry) })), "headquarters");
  assert.equal(await told((entry) => ({ state: "desk", receipt: receipt(entry) })), "desk");
});

test("a node that lies is not believed, whatever it shows", async () => {
  await trust(rosterRecord);
  const other = await hashedEntry("b");
  const lies = {
    "no receipt": () => ({ state: "headquarters" }),
    "a desk without a receipt": () => ({ state: "desk" }),
    "its own receipt": (entry) => ({ state: "headquarters", receipt: parsed(receiptOf(entry, "node-1")) }),
    "a stranger's receipt": (entry) => ({ state: "headquarters", receipt: parsed(receiptOf(entry, "stranger")) }),
    "a receipt for another": () => ({ state: "desk", receipt: parsed(receiptOf(other, "central")) }),
    "a receipt for fewer parts": (entry) => ({ state: "headquarters", receipt: parsed(receiptOf(entry, "central", { parts: ["1".repeat(64)] })) }),
    "a receipt that is not durable": (entry) => ({ state: "headquarters", receipt: parsed(receiptOf(entry, "central", { durable: false })) }),
    "a changed receipt": (entry) => {
      const { record, sigs } = parsed(receiptOf(entry, "central"));
      return { state: "headquarters", receipt: { record: record.replace('"log_size":1', '"log_size":2'), sigs } };
    },
    "no receipt at all": () => ({ state: "headquarters", receipt: { a: 1 } }),
    nonsense: () => 7,
  };
  for (const [name, lie] of Object.entries(lies)) assert.equal(await told(lie), "node", name);
});

test("the receipt of a central that was revoked proves nothing", async () => {
  const devices = rosterValue.devices.map((one) => (one.id === "central" ? { ...one, status: "revoked" } : one));
  await trust(signedByRoots({ ...rosterValue, devices }, roots.slice(0, 2)));
  assert.equal(await told((entry) => ({ state: "headquarters", receipt: parsed(receiptOf(entry, "central")) })), "node");
});

test("what is at headquarters never goes back, and what is withdrawn is said", async () => {
  await trust(rosterRecord);
  const entry = await hashedEntry("a");
  const outbox = await outboxWith(entry);
  await outbox.settle(entry.id, "node", null);
  const node = (said) => ({ whereabouts: async () => ({ [entry.id]: said }) });
  const receipt = parsed(receiptOf(entry, "central"));
  assert.equal(await follow({ outbox, node: node({ state: "headquarters", receipt }), verify }), 1);
  assert.equal(await follow({ outbox, node: node({ state: "node" }), verify }), 0);
  assert.deepEqual(await statesOf(outbox), { [entry.id]: "headquarters" });
  assert.equal(await follow({ outbox, node: node({ state: "withdrawn" }), verify }), 1);
});

const WITHDRAWAL = "9".repeat(64);
/** A contest of `withdrawal` as it travels, signed by the key `name`. */
const contestBy = (name, withdrawal = WITHDRAWAL, more = {}) => {
  const seed = seedOf(name);
  const by = kidOf(publicKeyOf(seed));
  return parsed(encodeSigned(signedBy({ v: "testimony/1/contest", withdrawal, annex: "a".repeat(64), by, day: "2026-11-25", ...more }, seed)));
};
const BOTH = ["lawyer-a sig", "coordinator sig"];

/** One at headquarters that was taken back on this phone, and what the node says of it then: {state, void, sure}. */
const afterwards = async (said) => {
  const entry = { ...(await hashedEntry("a")), tid: "0".repeat(32) };
  const outbox = await outboxWith(entry);
  await outbox.settle(entry.id, "headquarters", null);
  await outbox.takeBack(entry.id, "2026-11-24", { id: WITHDRAWAL, kind: "withdraw", day: "2026-11-24", names: [WITHDRAWAL] });
  const answer = { state: "headquarters", receipt: parsed(receiptOf(entry, "central")), ...said };
  await follow({ outbox, node: { whereabouts: async () => ({ [entry.id]: answer }) }, verify, contested });
  return outbox.find(entry.id);
};

test("what was taken back here is where it was again once a lawyer and a coordinator signed that it was false", async () => {
  await trust(rosterRecord);
  const entry = await afterwards({ void: { [WITHDRAWAL]: BOTH.map((name) => contestBy(name)) } });
  assert.deepEqual([entry.state, entry.void, entry.taken, entry.withdrawal], ["headquarters", true, undefined, undefined]);
  assert.equal(canTakeBack(entry), true);
});

test("without both it stays taken back, whatever the node shows", async () => {
  await trust(rosterRecord);
  const receipt = undefined;
  const lies = {
    "its word alone": {},
    "a lawyer alone": { void: { [WITHDRAWAL]: [contestBy("lawyer-a sig")] } },
    "two lawyers": { void: { [WITHDRAWAL]: [contestBy("lawyer-a sig"), contestBy("lawyer-b sig")] } },
    "the phone's and a stranger's": { void: { [WITHDRAWAL]: [contestBy("phone-1"), contestBy("stranger"), contestBy("lawyer-a sig")] } },
    "both, of another withdrawal": { void: { [WITHDRAWAL]: BOTH.map((name) => contestBy(name, "8".repeat(64))) } },
    "both, under another's name": { void: { ["8".repeat(64)]: BOTH.map((name) => contestBy(name)) } },
    "both, and one changed": { void: { [WITHDRAWAL]: [contestBy(BOTH[0]), { ...contestBy(BOTH[1]), record: contestBy(BOTH[1], WITHDRAWAL, { day: "2026-11-26" }).record }] } },
    "both, and no receipt": { void: { [WITHDRAWAL]: BOTH.map((name) => contestBy(name)) }, receipt },
    nonsense: { void: { [WITHDRAWAL]: [7, null, { record: 1, sigs: 2 }, "x"] } },
    "more nonsense": { void: 7 },
    "withdrawn, with both": { state: "withdrawn", void: { [WITHDRAWAL]: BOTH.map((name) => contestBy(name)) } },
  };
  for (const [name, lie] of Object.entries(lies)) assert.equal((await afterwards(lie)).state, "withdrawn", name);
});

test("the contest of a lawyer who was revoked counts for nothing", async () => {
  const people = rosterValue.people.map((one) => (one.id === "lawyer-a" ? { ...one, status: "revoked" } : one));
  await trust(signedByRoots({ ...rosterValue, people }, roots.slice(0, 2)));
  assert.equal((await afterwards({ void: { [WITHDRAWAL]: BOTH.map((name) => contestBy(name)) } })).state, "withdrawn");
});

test("what only the node called withdrawn is at headquarters again by headquarters' receipt", async () => {
  await trust(rosterRecord);
  const entry = await hashedEntry("a");
  const outbox = await outboxWith(entry);
  await outbox.settle(entry.id, "withdrawn", null);
  const node = (said) => ({ whereabouts: async () => ({ [entry.id]: said }) });
  for (const said of [undefined, { state: "withdrawn" }, { state: "node" }]) {
    await follow({ outbox, node: node(said), verify, contested });
    assert.equal((await outbox.find(entry.id)).state, "withdrawn");
  }
  await follow({ outbox, node: node({ state: "desk", receipt: parsed(receiptOf(entry, "central")) }), verify, contested });
  assert.equal((await outbox.find(entry.id)).state, "desk");
});

test("nothing that only waits here is asked about", async () => {
  const outbox = await outboxWith(await hashedEntry("a"));
  const node = { whereabouts: () => assert.fail("asked") };
  assert.equal(await follow({ outbox, node, verify }), 0);
});
