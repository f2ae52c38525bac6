/** A file that a witness shows: taken in byte for byte and hashed, or nothing of it is kept and the reason is said. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { nameOf, takeInFile } from "../../../../testimony/web/static/js/interview/media/file_intake.js";
import { MOST_PIECES, PIECE } from "../../../../testimony/web/static/js/interview/media/capacity.js";
import { beginDraft, binsInMemory, joined, mediaOver, startAgain } from "../../support/media.mjs";

const bytesOf = (size, seed = 1) => new Uint8Array(size).map((_, i) => (Math.imul(i + seed, 2654435761) >>> 24) & 255);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** A file whose slices are counted, and of which `fails(at)` says where it cannot be read any more. */
const fileOf = (bytes, { name = "film.mp4", fails = () => false } = {}) => {
  const asked = [];
  const slice = (start, end) => {
    asked.push(end - start);
    return { arrayBuffer: async () => (fails(start) ? Promise.reject(new DOMException("", "NotReadableError")) : bytes.slice(start, end).buffer) };
  };
  return { name, size: bytes.length, slice, asked };
};

const sittingOver = async (more = {}) => {
  const { id: draft } = await beginDraft();
  const over = mediaOver(more);
  const media = { begin: (what) => over.media.begin(draft, what), list: () => over.media.list(draft), room: () => over.media.room(draft), remove: over.media.remove };
  return { ...over, draft, here: media };
};

const refusal = async (taken) => {
  const error = await taken.then(() => assert.fail("taken"), (found) => found);
  assert.equal(error.name, "FileRefused", error.stack);
  return error;
};

/** Nothing is left: no item, no bin. */
const assertNothing = async ({ here, bins }) => {
  assert.deepEqual(await here.list(), []);
  assert.equal(bins.disk.size, 0);
};

test("a file comes back to the byte, with its hash, name and source, and was never whole in memory", async () => {
  const sitting = await sittingOver();
  const bytes = bytesOf(2_500_003);
  const file = fileOf(bytes);
  const told = [];
  const id = await takeInFile(file, "other_phone", { media: sitting.here, progress: (done, total) => told.push([done, total]) });
  const [{ at, ...listed }] = await sitting.here.list();
  assert.match(at, /^\d{4}-/);
  assert.deepEqual(listed, {
    id, kind: "file", mime: "application/octet-stream", name: "film.mp4", source: "other_phone", seconds: 0, bytes: bytes.length, sha256: sha256(bytes), state: "whole",
  });
  const found = [];
  for await (const slice of (await sitting.media.open(sitting.draft, id)).slices) found.push(slice);
  assert.equal(sha256(joined(found)), sha256(bytes));
  assert.ok(Math.max(...file.asked) <= 1024 * 1024);
  assert.deepEqual(told.at(-1), [bytes.length, bytes.length]);
  for (const row of sitting.bins.disk.get(id).values()) {
    if (row instanceof Uint8Array) assert.equal(Buffer.from(row).indexOf("film.mp4"), -1, "its name stands nowhere in the clear");
  }
});

test("an empty file is refused before anything is begun", async () => {
  const sitting = await sittingOver();
  assert.equal((await refusal(takeInFile(fileOf(bytesOf(0)), "card", { media: sitting.here }))).reason, "empty");
  await assertNothing(sitting);
});

test("a film of two gigabytes is refused by its size, unread, and it is said how much there is room for", async () => {
  const sitting = await sittingOver();
  const film = { ...fileOf(bytesOf(1)), size: 2 * 1024 ** 3 };
  const { reason, more } = await refusal(takeInFile(film, "card", { media: sitting.here }));
  assert.deepEqual([reason, more], ["limit", { size: film.size, most: (MOST_PIECES - 1) * PIECE }]);
  assert.deepEqual(film.asked, []);
  await assertNothing(sitting);
});

test("on a phone with little room its own room is the limit, with what sealing takes counted in", async () => {
  const sitting = await sittingOver({ estimate: async () => ({ quota: 28 * 1024 * 1024, usage: 0 }) });
  const { reason, more } = await refusal(takeInFile({ ...fileOf(bytesOf(1)), size: 11_000_000 }, "card", { media: sitting.here }));
  assert.deepEqual([reason, more.most], ["limit", 10 * 1024 * 1024]);
});

test("a stick that is pulled out, and a file that grows shorter, leave nothing behind", async () => {
  for (const spoil of [{ fails: (at) => at > 0 }, { shorter: true }]) {
    const sitting = await sittingOver();
    const file = fileOf(bytesOf(3_000_000), spoil);
    const given = spoil.shorter ? { ...file, size: 3_000_100 } : file;
    assert.equal((await refusal(takeInFile(given, "card", { media: sitting.here }))).reason, "lost");
    await assertNothing(sitting);
  }
});

test("a storage that is full in the middle ends it at once, with nothing kept, and what was kept before stays", async () => {
  let rows = 0;
  const refuse = (given) => {
    rows += given.filter(([key]) => typeof key === "number").length;
    if (rows > 6) throw new DOMException("", "QuotaExceededError");
  };
  const sitting = await sittingOver({ bins: binsInMemory(new Map(), refuse) });
  const first = await takeInFile(fileOf(bytesOf(900)), "card", { media: sitting.here });
  assert.equal((await refusal(takeInFile(fileOf(bytesOf(3_000_000, 5)), "card", { media: sitting.here }))).reason, "room");
  assert.deepEqual((await sitting.here.list()).map(({ id, state }) => [id, state]), [[first, "whole"]]);
  assert.deepEqual([...sitting.bins.disk.keys()], [first]);
});

test("the same file is recognised by its hash under any name, and is there once", async () => {
  const sitting = await sittingOver();
  await takeInFile(fileOf(bytesOf(70_000)), "card", { media: sitting.here });
  const { reason, more } = await refusal(takeInFile(fileOf(bytesOf(70_000), { name: "copy.mp4" }), "unknown", { media: sitting.here }));
  assert.deepEqual([reason, more], ["same", { name: "film.mp4" }]);
  await takeInFile(fileOf(bytesOf(70_000, 2)), "card", { media: sitting.here });
  assert.equal((await sitting.here.list()).length, 2);
});

test("a film whose container has no end is evidence like any other: its bytes are kept and nobody reads its length", async () => {
  const head = [0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x86, 0x81, 1, 0x18, 0x53, 0x80, 0x67, 1, 255, 255, 255, 255, 255, 255, 255]; // a segment of unknown size
  const bytes = new Uint8Array([...head, ...bytesOf(1_200_000)]);
  const sitting = await sittingOver();
  const id = await takeInFile(fileOf(bytes, { name: "film.webm" }), "other_phone", { media: sitting.here });
  const [{ sha256: digest, state, seconds }] = await sitting.here.list();
  assert.deepEqual([digest, state, seconds], [sha256(bytes), "whole", 0]);
  const found = [];
  for await (const slice of (await sitting.media.open(sitting.draft, id)).slices) found.push(slice);
  assert.deepEqual(joined(found), bytes);
});

test("stopped by a person, nothing of it is kept", async () => {
  const sitting = await sittingOver();
  let slices = 0;
  const stopped = () => (slices += 1) > 1;
  assert.equal((await refusal(takeInFile(fileOf(bytesOf(3_000_000)), "card", { media: sitting.here, stopped }))).reason, "stopped");
  await assertNothing(sitting);
});

test("after a kill in the middle it is listed as cut off, without a hash", async () => {
  const wrap = await beginDraft();
  const { media, store, bins } = mediaOver();
  const item = await media.begin(wrap.id, { kind: "file", mime: "application/octet-stream", name: "a.pdf", source: "card" });
  await item.append(bytesOf(300_000));
  await startAgain(wrap, bins.disk);
  const [found] = await mediaOver({ store, bins }).media.list(wrap.id);
  assert.deepEqual([found.state, found.sha256, found.name], ["cut", undefined, "a.pdf"]);
});

test("a name is kept as the format takes it", () => {
  assert.equal(nameOf("صورة.jpg"), "صورة.jpg");
  assert.equal(nameOf("a\ud800\0b.pdf"), "ab.pdf");
  assert.equal(nameOf(""), "?");
  assert.equal(nameOf(`${"x".repeat(300)}.pdf`).length, 200);
  assert.ok(nameOf(`${"😀".repeat(300)}.pdf`).endsWith("😀.pdf"));
});
