/** How far a testimony has come: headquarters only by its own signature, the desk only where headquarters signed, never back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { follow } from "../../testimony/web/static/js/interview/tracing.js";
import { rosterRecord, rosterValue, rootBytes, roots, signedByRoots } from "./sealing/support/organisation.mjs";
import { hashedEntry, outboxWith, receiptOf, statesOf } from "./support/phones.mjs";

let handle;
const waiting = new Map();
globalThis.self = {
  addEventListener: (_, listener) => (handle = listener),
  postMessage: ({ id, value, failure }) => waiting.get(id)?.(failure ? Promise.reject(new Error(failure.name)) : value),
};
await import("../../testimony/web/static/js/interview/vault-worker.js");

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

/** An outbox whose one entry is on the node, and a node that says `said` of it. */
const told = async (said) => {
  const entry = await hashedEntry("a");
  const outbox = await outboxWith(entry);
  await outbox.settle(entry.id, "node", null);
  await follow({ outbox, node: { whereabouts: async () => ({ [entry.id]: said(entry) }) }, verify });
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
  assert.deepEqual(await outbox.followed(), []);
});

test("nothing that only waits here is asked about", async () => {
  const outbox = await outboxWith(await hashedEntry("a"));
  const node = { whereabouts: () => assert.fail("asked") };
  assert.equal(await follow({ outbox, node, verify }), 0);
});
