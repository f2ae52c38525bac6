/** Taking back on the phone: the withdrawal is signed by the phone and goes first; what had not left is gone at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeCanonical, decodeSigned, kidOf, openingKey, publicKeyOf, sha256Hex, verify } from "../../../../testimony/web/static/js/sealing/index.js";
import { openSealed } from "../../../../testimony/web/static/js/sealing/parts/part.js";
import { readFrames, writeFrames } from "../../../../testimony/web/static/js/interview/node/frames.js";
import { canTakeBack, takeBack, takeBackUses } from "../../../../testimony/web/static/js/interview/outbox/withdrawal.js";
import { withdrawCalls } from "../../../../testimony/web/static/js/interview/vault/withdrawal_calls.js";
import { bytesOf, entryOf, outboxWith, statesOf } from "../../support/phones.mjs";
import { seedOf } from "../../sealing/support/organisation.mjs";

const [DAY, TID] = ["2026-11-24", "0123456789abcdef0123456789abcdef"];
const seeds = { device: seedOf("device"), interviewer: seedOf("interviewer") };
const reader = openingKey(seedOf("lawyer"));
const coordinator = openingKey(seedOf("coordinator"));
const [COORDINATORS, LAWYERS] = [[coordinator.recipient], [reader.recipient]];
const slots = { coordinators: 4, lawyers: 4, recovery: 4 };
const chain = { latest: { sha256: "1".repeat(64), slots }, recipients: (audience) => ({ coordinators: COORDINATORS, lawyers: LAWYERS })[audience] ?? [] };
const calls = withdrawCalls({ chain, seeds });
const sign = (tid) => calls.withdraw({ tid, day: DAY });
const USES = [{ purpose: "P06", recipient: "public" }, { purpose: "P12", recipient: "border-news" }];
const signUses = (tid) => calls.withdrawUses({ tid, day: DAY, uses: USES });

const recordIn = async ({ container }) => decodeSigned((await readFrames(container)).frames[0].payload);

/** An entry as it was sealed: its container begins with a manifest that names the testimony. */
const sealed = async (id) => {
  const manifest = JSON.stringify({ record: JSON.stringify({ tid: TID, v: "testimony/1/manifest" }), sigs: [] });
  return { ...(await entryOf(id)), container: await writeFrames([{ kind: "record", payload: bytesOf(manifest) }, { kind: "object", payload: bytesOf("head") }]) };
};

test("the phone signs for everything of the testimony, and no interviewer is named", async () => {
  const entry = await sign(TID);
  const record = await recordIn(entry);
  const device = publicKeyOf(seeds.device);
  assert.deepEqual(decodeCanonical(record.bytes), { v: "testimony/1/withdraw", tid: TID, scope: "all", day: DAY, by: kidOf(device) });
  verify("testimony/1/withdraw", record.bytes, record.sigs, [device]);
  assert.deepEqual([entry.id, entry.kind, entry.names], [record.id, "withdraw", [record.id]]);
});

test("what waits is deleted at once and its withdrawal goes before everything else", async () => {
  const outbox = await outboxWith(await sealed("one"), await sealed("two"));
  assert.equal(await takeBack({ outbox, id: "two", day: DAY, sign }), true);
  const waiting = await outbox.all();
  assert.deepEqual(waiting.map(({ kind }) => kind), ["withdraw", "testimony"]);
  assert.equal(decodeCanonical((await recordIn(waiting[0])).bytes).tid, TID);
  const two = await outbox.find("two");
  assert.deepEqual([two.state, two.taken, two.container], ["withdrawn", DAY, undefined]);
});

test("what was delivered long ago can be taken back by its number alone", async () => {
  const outbox = await outboxWith({ ...(await sealed("one")), tid: TID });
  await outbox.settle("one", "headquarters", null);
  assert.equal(await takeBack({ outbox, id: "one", day: DAY, sign }), true);
  const [withdrawal] = await outbox.all();
  assert.equal(withdrawal.kind, "withdraw");
  await outbox.settle(withdrawal.id, "node", null);
  assert.deepEqual(await statesOf(outbox), { one: "withdrawn", [withdrawal.id]: "node" });
});

test("nothing is taken back twice, nor what is no testimony or has no number", async () => {
  const outbox = await outboxWith(await sealed("one"));
  await takeBack({ outbox, id: "one", day: DAY, sign });
  assert.equal(await takeBack({ outbox, id: "one", day: DAY, sign }), false);
  assert.equal(await takeBack({ outbox, id: "never", day: DAY, sign }), false);
  assert.equal((await outbox.all()).length, 1);
  assert.equal(canTakeBack({ kind: "refusal", state: "waiting" }), false);
  assert.equal(canTakeBack({ kind: "testimony", state: "node" }), false);
});

test("a request is sealed to the lawyers alone and names no testimony", async () => {
  const entry = await calls.withdrawalRequest({ text: "In March, at the bridge.", day: DAY });
  const { frames } = await readFrames(entry.container);
  const { part, v, by } = decodeCanonical((await recordIn(entry)).bytes);
  assert.deepEqual([v, by, Object.keys(part.heads)], ["testimony/1/annex", kidOf(publicKeyOf(seeds.device)), ["lawyers"]]);
  const expected = { tid: "0".repeat(32), rev: 1, part: "annex", consent: null, form_sha256: null };
  const opened = await openSealed(frames[1].payload, frames[2].payload, { key: reader, commit: part.commit, expected });
  assert.deepEqual(decodeCanonical(opened.content), { kind: "withdrawal-request", text: "In March, at the bridge.", day: DAY });
  assert.equal(entry.names.length, 3);
});

test("without a lawyer to read it no request is sealed", async () => {
  const nobody = withdrawCalls({ chain: { ...chain, recipients: () => [] }, seeds });
  await assert.rejects(nobody.withdrawalRequest({ text: "x", day: DAY }), { name: "CannotSeal", code: "seal.lawyers" });
});

const openedBy = async (entry, audience, key) => {
  const { frames } = await readFrames(entry.container);
  const { part } = decodeCanonical((await recordIn(entry)).bytes);
  const head = frames.map(({ payload }) => payload).find((payload) => sha256Hex(payload) === part.heads[audience]);
  return openSealed(head, frames.at(-1).payload, { key, commit: part.commit, expected: { tid: TID, part: "annex" } });
};

test("which uses end is sealed to all who act on it, and outside stand the phone and a day alone", async () => {
  const entry = await signUses(TID);
  const record = await recordIn(entry);
  const value = decodeCanonical(record.bytes);
  verify("testimony/1/annex", record.bytes, record.sigs, [publicKeyOf(seeds.device)]);
  assert.deepEqual([entry.kind, value.by, Object.keys(value.part.heads)], ["uses", kidOf(publicKeyOf(seeds.device)), ["coordinators", "lawyers", "recovery"]]);
  assert.equal(new TextDecoder("latin1").decode(record.bytes).includes(TID), false);
  for (const [audience, key] of [["coordinators", coordinator], ["lawyers", reader]]) {
    const { kind, events } = decodeCanonical((await openedBy(entry, audience, key)).content);
    assert.equal(kind, "consent");
    assert.deepEqual(events.map(({ event, purpose, recipient, after, day }) => ({ event, purpose, recipient, after, day })),
      USES.map((use) => ({ event: "WITHDRAW", ...use, after: [], day: DAY })));
  }
});

test("single uses go before everything else, and what they are taken from stays, waiting or delivered", async () => {
  const outbox = await outboxWith(await sealed("one"), { ...(await sealed("two")), tid: TID });
  await outbox.settle("two", "headquarters", null);
  for (const id of ["one", "two"]) assert.equal(await takeBackUses({ outbox, id, sign: signUses }), true);
  assert.deepEqual((await outbox.all()).map(({ kind }) => kind), ["uses", "uses", "testimony"]);
  const states = await statesOf(outbox);
  assert.deepEqual([states.one, states.two], ["waiting", "headquarters"]);
  assert.notEqual((await outbox.find("one")).container, undefined);
});

test("of what was taken back whole no single use can be taken", async () => {
  const outbox = await outboxWith(await sealed("one"));
  await takeBack({ outbox, id: "one", day: DAY, sign });
  assert.equal(await takeBackUses({ outbox, id: "one", sign: signUses }), false);
  assert.equal((await outbox.all()).length, 1);
});

test("nobody who is not signed in takes anything back", () => {
  assert.throws(() => withdrawCalls({ chain, seeds: null }), { name: "CannotSeal", code: "seal.keys" });
});
