/** The outbox as a file: sealed containers and nothing else, kept on the phone until a receipt is verified. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { carryFile, fileName, takeReceipts } from "../../../../testimony/web/static/js/interview/outbox/carry_file.js";
import { readFrames, writeFrames } from "../../../../testimony/web/static/js/interview/node/frames.js";
import { entryOf, hashedEntry, outboxWith, receiptOf, statesOf } from "../../support/phones.mjs";

const frames = (...payloads) => writeFrames(payloads.map((payload) => ({ kind: "record", payload })));

test("a file holds the frames of every entry and not a byte more, under a name that says a day", async () => {
  const entries = [await entryOf("one"), await entryOf("two")];
  const { file, ids } = await carryFile(entries);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const inside = await Promise.all(entries.map(async ({ container }) => (await readFrames(container)).frames));
  assert.deepEqual(bytes, await writeFrames(inside.flat()));
  assert.deepEqual(ids, ["one", "two"]);
  assert.equal(fileName("2026-11-24"), "notes-2026-11-24.bin");
});

test("an entry that is damaged here is left out and said to be", async () => {
  const [torn, sound] = [await entryOf("torn"), await entryOf("sound")];
  torn.container = torn.container.slice(0, -1);
  const gone = { ...(await entryOf("gone")), container: undefined };
  const { file, ids, damaged } = await carryFile([torn, gone, sound]);
  const bytes = new Uint8Array(await file.arrayBuffer());
  assert.deepEqual([ids, damaged], [["sound"], ["torn", "gone"]]);
  assert.equal((await readFrames(bytes)).frames.length, 2);
});

test("saving a file ends no waiting; a verified receipt does", async () => {
  const entry = await hashedEntry("a");
  const outbox = await outboxWith(entry);
  await outbox.saved([entry.id], "2026-11-24");
  assert.deepEqual(await statesOf(outbox), { [entry.id]: "waiting" });
  const bytes = await frames(receiptOf(entry, "node-1"), receiptOf(entry, "central"));
  const asked = [];
  const verify = async (payload, wanted) => (asked.push(wanted), asked.length === 1 ? "node" : "central");
  assert.deepEqual(await takeReceipts({ bytes, outbox, verify }), { found: 2, moved: 2 });
  assert.deepEqual(asked[0], { recordId: entry.id, parts: entry.names.slice(1) });
  assert.deepEqual(await statesOf(outbox), { [entry.id]: "headquarters" });
});

test("a receipt that does not verify, for something else, or no receipt at all changes nothing", async () => {
  const [entry, other] = [await hashedEntry("a"), await hashedEntry("b")];
  const outbox = await outboxWith(entry);
  const bytes = await frames(receiptOf(entry, "node-1"), receiptOf(other, "node-1"), new TextEncoder().encode("{}"));
  assert.deepEqual(await takeReceipts({ bytes, outbox, verify: async () => null }), { found: 3, moved: 0 });
  assert.deepEqual(await takeReceipts({ bytes: new Uint8Array([1, 2, 3]), outbox, verify: async () => "node" }), { found: 0, moved: 0 });
  assert.deepEqual(await statesOf(outbox), { [entry.id]: "waiting" });
});
