/** The phone of a practice: it answers what an interview asks of a phone, holds nothing of it, and refuses what it does not know. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readers } from "../../../../testimony/web/static/js/interview/consent/compartments.js";
import { EXAMPLE_CODE, practicePhone } from "../../../../testimony/web/static/js/interview/practice/practice_phone.js";

const TYPED = "brambleworth quenching";
const state = { answers: { n_text: { value: TYPED } } };

const practice = () => {
  const told = [];
  const phone = practicePhone({ ending: (kind) => told.push(kind), over: (id, what) => told.push([id, what]) });
  return { phone, told };
};

test("a practice says who would read what by the table of every interview", async () => {
  const vault = await practice().phone.vault();
  assert.deepEqual(await vault.call("readers", { purposes: ["P01", "P04"] }), { table: readers(["P01", "P04"]), short: "" });
});

test("the whole way of an interview leaves no word in what the phone gives or keeps", async () => {
  const { phone, told } = practice();
  const vault = await phone.vault();
  const wrap = await vault.call("begin", { key: await phone.stock.take("practice"), begun: "2026-01-01T00:00:00Z" });
  const draft = await phone.drafts.begin(wrap, "practice", { begun: "2026-01-01T00:00:00Z" });
  await draft.save(1, await vault.call("snapshot", { draft: wrap.id, seq: 1, state }));
  const entry = await vault.call("seal", { contents: state, purposes: ["P01"] });
  const note = await vault.call("sealRowNote", { id: entry.id, note: { label: TYPED } });
  await phone.outbox.put({ ...entry, note }, wrap.id, phone.stock.ending(wrap.share));
  await phone.drafts.clear(wrap.id);
  await vault.call("forgetDraft", { draft: wrap.id });
  const kept = [wrap, entry, note, await draft.snapshots(), await phone.store.all("outbox"), await phone.store.all("media")];
  assert.ok(!JSON.stringify(kept).includes(TYPED));
  assert.deepEqual(await draft.snapshots(), []);
  assert.deepEqual(told, ["testimony"]);
});

test("a refusal is told as one and has no record", async () => {
  const { phone, told } = practice();
  await phone.outbox.put(await (await phone.vault()).call("refusal", { day: "2026-01-01", draft: "practice" }), "practice", []);
  assert.deepEqual(told, ["refusal"]);
});

test("the code is the same example each time, and has no key", async () => {
  const vault = await practice().phone.vault();
  assert.deepEqual(await vault.call("code"), { code: EXAMPLE_CODE, publicHex: "" });
  assert.match(EXAMPLE_CODE, /^\d{25}$/);
});

test("what a practice does not know fails aloud, so that nothing of it is taken for kept", async () => {
  const vault = await practice().phone.vault();
  await assert.rejects(vault.call("openSnapshot", {}), /openSnapshot/);
  await assert.rejects(vault.call("toString", {}), /toString/);
});

test("a practice has no share and no node, so nobody waits for one", () => {
  const { phone } = practice();
  assert.deepEqual(phone.trust.trust, { shares: false, sitting: false });
  assert.equal(phone.node, undefined);
});
