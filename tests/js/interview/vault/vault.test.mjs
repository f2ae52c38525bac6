/** The worker that seals keeps its own promises: whatever the page around it asks for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rosterRecord, rosterValue, rootBytes, roots, signedByRoots } from "../../sealing/support/organisation.mjs";

let deliver;
const waiting = new Map();
globalThis.self = {
  addEventListener: (_, listener) => (deliver = listener),
  postMessage: ({ id, value, failure }) => waiting.get(id)?.({ value, failure }),
};
await import("../../../../testimony/web/static/js/interview/vault/worker.js");

let last = 0;
const call = (name, args) =>
  new Promise((resolve) => {
    last += 1;
    waiting.set(last, resolve);
    deliver({ data: { id: last, call: name, args } });
  });

const text = (bytes) => new TextDecoder().decode(bytes);
const trusting = (record) => call("trust", { root: text(rootBytes), rosters: [{ record: text(record.bytes), sigs: record.sigs }] });
const withoutLawyer = () => {
  const people = rosterValue.people.map((one) => (one.id === "lawyer-b" ? { ...one, status: "revoked" } : one));
  return signedByRoots({ ...rosterValue, people }, roots.slice(0, 2));
};
const sealing = (purposes) => call("seal", { contents: {}, purposes, said: null, day: "2026-11-24", at: "2026-11-24T10:00:00Z", form: "f@1", formSha256: "0".repeat(64), withdraw: null });

test("with fewer than two lawyers nothing is sealed that lawyers would read, also when the page never asked", async () => {
  assert.equal((await trusting(withoutLawyer())).failure, undefined);
  for (const purposes of [["P01", "P04"], ["P01", "P06"]]) assert.equal((await sealing(purposes)).failure.reason, "lawyers", purposes.join());
});

test("nothing is sealed for a witness who did not agree that it is kept", async () => {
  await trusting(rosterRecord);
  for (const purposes of [[], ["P04"], ["P06", "P07"]]) assert.equal((await sealing(purposes)).failure.reason, "consent", purposes.join());
});
