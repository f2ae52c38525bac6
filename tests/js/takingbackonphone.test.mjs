/** Taking back on the phone: the withdrawal is signed by the phone and goes first; what had not left is gone at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeCanonical, decodeSigned, kidOf, openingKey, publicKeyOf, verify } from "../../testimony/web/static/js/sealing/index.js";
import { openSealed } from "../../testimony/web/static/js/sealing/part.js";
import { readFrames, writeFrames } from "../../testimony/web/static/js/interview/framing.js";
import { canTakeBack, takeBack } from "../../testimony/web/static/js/interview/takeback.js";
import { withdrawCalls } from "../../testimony/web/static/js/interview/withdrawcalls.js";
import { bytesOf, entryOf, outboxWith, statesOf } from "./support/phones.mjs";
import { seedOf } from "./sealing/support/organisation.mjs";

const [DAY, TID] = ["2026-11-24", "0123456789abcdef0123456789abcdef"];
const seeds = { device: seedOf("device"), interviewer: seedOf("interviewer") };
const reader = openingKey(seedOf("lawyer"));
const chain = { latest: { sha256: "1".repeat(64), slots: { lawyers: 4 } }, recipients: (audience) => (audience === "lawyers" ? [reader.recipient] : []) };
const calls = withdrawCalls({ chain, seeds });
const sign = (tid) => calls.withdraw({ tid, day: DAY });

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
