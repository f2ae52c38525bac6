/** The roster chain and receipts: whom the browser believes. */

import * as sealing from "../../../testimony/web/static/js/sealing/index.js";
import { chain, keys, rootBytes, roots, rootSigner, rosterRecord, rosterValue, sealed, seedOf, signedByRoots } from "./support/organisation.mjs";
import { assert, test } from "./support/harness.mjs";

const pinned = chain();
const next = (more = {}) => ({ ...rosterValue, no: 2, prev: rosterRecord.id, ...more });
const signed = (value, signers = roots.slice(1)) => signedByRoots(value, signers);
const refused = (record, reason) => assert.throws(() => chain().add(record), `roster.${reason}`);

test("the next roster is taken in, the same again changes nothing", () => {
  const longer = chain();
  assert.same([longer.add(signed(next())), longer.add(signed(next())), longer.latest.no, longer.records.length], [true, false, 2, 2]);
  assert.same(longer.bySha256(rosterRecord.id).no, 1);
});

test("older rosters and gaps are refused", () => {
  refused(signed(next({ no: 1 })), "older");
  refused(signed(next({ prev: null })), "chain");
  refused(signed(next({ prev: "00".repeat(32) })), "chain");
});

test("less than the threshold, one root twice, or one algorithm alone is not enough", () => {
  const whole = signed(next());
  refused({ ...whole, sigs: whole.sigs.slice(1) }, "signature");
  refused({ ...whole, sigs: [whole.sigs[0], whole.sigs[0]] }, "signature");
  refused({ ...whole, sigs: whole.sigs.map((list) => list.slice(0, 1)) }, "signature");
  refused({ ...whole, sigs: whole.sigs.map((list) => [...list].reverse()) }, "foreign");
  refused({ ...whole, sigs: [...whole.sigs, whole.sigs[0]] }, "signature");
  refused({ ...whole, sigs: [] }, "signature");
  refused({ ...whole, sigs: null }, "signature");
});

test("a change in a roster or in either signature is refused", () => {
  const whole = signed(next());
  const other = signed(next({ issued: "2026-11-21" }));
  refused({ ...whole, bytes: other.bytes }, "signature");
  for (const position of [0, 1]) {
    const sigs = structuredClone(whole.sigs);
    sigs[1][position].sig = other.sigs[1][position].sig;
    refused({ ...whole, sigs }, "signature");
  }
});

test("another organisation's roots are foreign", () => {
  refused(signed(next(), ["other-1", "other-2"].map(rootSigner)), "foreign");
  refused(signed(next(), [roots[0], rootSigner("other-1")]), "signature");
});

test("a roster with more readers than slots, two roles for one person, or a wider policy is refused", () => {
  refused(signed(next({ slots: { coordinators: 2, lawyers: 1, recovery: 1 } })), "slots");
  const twice = { ...rosterValue.people[1], id: "lawyer-c" };
  refused(signed(next({ people: [...rosterValue.people, twice] })), "roles");
  refused(signed(next({ people: [...rosterValue.people, { ...rosterValue.people[0], role: "lawyer", age: keys.stranger.recipient.text, keys: [] }] })), "roles");
  refused(signed(next({ policy: { ...rosterValue.policy, identity: ["coordinators"] } })), "policy");
  refused(signed(next({ expires: "2027-02-30" })), "structure");
  refused(signed(next({ people: [{ ...rosterValue.people[0], age: "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj" }] })), "structure");
});

test("who is revoked neither reads nor signs any more", () => {
  const people = rosterValue.people.map((person) => (person.id === "lawyer-b" ? { ...person, status: "revoked" } : person));
  const longer = chain();
  longer.add(signed(next({ people })));
  assert.same(longer.readers("lawyers").map(({ id }) => id), ["lawyer-a"]);
  const kid = sealing.kidOf(sealing.publicKeyOf(seedOf("lawyer-b sig")));
  assert.same([longer.signer(kid).status, longer.wasActive(kid).status], ["revoked", "active"]);
});

test("new roots count when the old ones and they themselves signed", () => {
  const others = ["root-1", "new-2", "new-3"].map(rootSigner);
  const value = { v: "testimony/1/root", no: 2, threshold: 2, keys: others.map((root) => root.public) };
  const longer = chain();
  longer.add(signed(value, [roots[0], roots[1], others[1]]));
  longer.add(signed(next(), [others[1], others[2]]));
  assert.same([longer.latest.no, longer.root.no, longer.fingerprint], [2, 2, pinned.fingerprint]);
  refused(signed(value, [others[0], others[1]]), "signature");
  refused(signed(value, [roots[0], roots[1]]), "signature");
  refused(signed({ ...value, no: 3 }, [roots[0], roots[1], others[1]]), "chain");
});

test("a stranger's signature beside good ones spoils a change of roots", () => {
  const others = ["new-1", "new-2", "new-3"].map(rootSigner);
  const value = { v: "testimony/1/root", no: 2, threshold: 2, keys: others.map((root) => root.public) };
  const { bytes, sigs } = signed(value, [roots[0], roots[1], others[0], others[1]]);
  const stranger = signed(value, [rootSigner("stranger")]).sigs[0];
  for (const junk of [stranger, [{ kid: "x".repeat(9000), sig: "" }], [], 5, null]) {
    for (const spoiled of [[junk, ...sigs], [...sigs, junk]]) refused({ bytes, sigs: spoiled }, "signature");
  }
  assert.same(chain().add({ bytes, sigs }), true);
});

test("an expired roster says so", () => {
  assert.same([pinned.latest.expired("2027-02-20"), pinned.latest.expired("2027-02-21")], [false, true]);
});

const receiptOf = (testimony, station = "node-1", more = {}) => {
  const seed = seedOf(station);
  const parts = testimony.parts.flatMap(({ heads, body }) => [...Object.values(heads), body].map(sealing.sha256Hex)).sort();
  const value = {
    v: "testimony/1/receipt", record: testimony.record.id, parts, station: sealing.kidOf(sealing.publicKeyOf(seed)), log_size: 1,
    root: "11".repeat(32), durable: true, ...more,
  };
  const bytes = sealing.encodeCanonical(value);
  return { bytes, sigs: sealing.sign(value.v, bytes, seed), parts };
};

test("a receipt counts only from an active station, for this record, for every object, once durable", async () => {
  const testimony = await sealed(pinned);
  const { parts } = receiptOf(testimony);
  const given = { recordId: testimony.record.id, parts, chain: pinned };
  const check = (receipt) => () => sealing.verifyReceipt(receipt, given);
  for (const station of ["node-1", "central"]) assert.same(check(receiptOf(testimony, station))().durable, true);
  assert.throws(check(receiptOf(testimony, "phone-1")), "receipt.signer");
  assert.throws(check(receiptOf(testimony, "stranger")), "receipt.signer");
  assert.throws(check(receiptOf(testimony, "node-1", { record: "00".repeat(32) })), "receipt.record");
  assert.throws(check(receiptOf(testimony, "node-1", { parts: parts.slice(1) })), "receipt.parts");
  assert.throws(check(receiptOf(testimony, "node-1", { durable: false })), "receipt.durable");
  assert.throws(check(receiptOf(testimony, "node-1", { durable: 1 })), "receipt.structure");
  assert.throws(check({ ...receiptOf(testimony), sigs: receiptOf(testimony, "central").sigs }), "receipt.signature");
  assert.throws(check({ ...receiptOf(testimony), sigs: [] }), "receipt.signature");
  assert.throws(check({ ...receiptOf(testimony), bytes: rootBytes }), "receipt.structure");
});

test("a signed record travels in its envelope and comes back the same", async () => {
  const { record } = await sealed(pinned);
  assert.same(sealing.decodeSigned(sealing.encodeSigned(record)), record);
});

test("a signature needs exactly its signer's keys, in order, under its own label", () => {
  const [bytes, seed] = [new Uint8Array([1, 2, 3]), seedOf("phone-1")];
  const sigs = sealing.sign("testimony/1/manifest", bytes, seed);
  const key = sealing.publicKeyOf(seed);
  const other = sealing.publicKeyOf(seedOf("node-1"));
  sealing.verify("testimony/1/manifest", bytes, sigs, [key]);
  for (const [label, list, expected] of [
    ["testimony/1/grant", sigs, [key]], ["testimony/1/manifest", [...sigs, ...sigs], [key]], ["testimony/1/manifest", [], []],
    ["testimony/1/manifest", sigs, [other]], ["testimony/1/manifest", sigs, [key, other]], ["testimony/1/manifest", [{ ...sigs[0], more: 1 }], [key]],
    ["testimony/1/manifest", [{ ...sigs[0], sig: sigs[0].sig.toUpperCase() }], [key]],
  ]) {
    assert.throws(() => sealing.verify(label, bytes, list, expected), "signature.bad");
  }
});

test("signatures that only cofactored verification accepts are refused", () => {
  // A = a point of order 8, R = the identity, S = 0: the default of noble (ZIP 215) takes it for many messages.
  const pub = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";
  const sig = `01${"00".repeat(63)}`;
  const key = { alg: "ed25519", pub };
  for (let i = 0; i < 16; i += 1) {
    assert.throws(() => sealing.verify("testimony/1/manifest", Uint8Array.of(i), [{ alg: "ed25519", kid: sealing.kidOf(key), sig }], [key]), "signature.bad");
  }
});
