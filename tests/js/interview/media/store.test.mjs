/** Recordings and pictures in an unfinished interview: encrypted slice by slice, whole or cut off, and gone when deleted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clearMedia } from "../../../../testimony/web/static/js/interview/draft/media_deletion.js";
import { draftsIn } from "../../../../testimony/web/static/js/interview/draft/store.js";
import { LONGEST, MOST_PIECES, PIECE, fits, roomFor } from "../../../../testimony/web/static/js/interview/media/capacity.js";
import { beginAnother, beginDraft, binsInMemory, joined, mediaOver, startAgain, storeOf } from "../../support/media.mjs";

const VOICE = { kind: "voice", mime: "audio/webm;codecs=opus" };
const spoken = (n, size = 6000) => new Uint8Array(size).map((_, i) => (i * 31 + n * 7) & 255);

const record = async (media, draft, count, { finish = true } = {}) => {
  const item = await media.begin(draft, VOICE);
  for (let n = 0; n < count; n += 1) await item.append(spoken(n), 2);
  if (finish) await item.finish();
  return item;
};

const read = async (media, draft, id) => {
  const { mime, slices } = await media.open(draft, id);
  const found = [];
  for await (const slice of slices) found.push(slice);
  return { mime, slices: found };
};

test("what was recorded is heard again to the byte, and nothing of it is on the disk in the clear", async () => {
  const { id: draft } = await beginDraft();
  const { media, bins } = mediaOver();
  const item = await record(media, draft, 5);
  const { mime, slices } = await read(media, draft, item.id);
  assert.equal(mime, "audio/webm");
  assert.deepEqual(joined(slices), joined([0, 1, 2, 3, 4].map((n) => spoken(n))));
  const [{ at, ...listed }] = await media.list(draft);
  assert.match(at, /^\d{4}-/);
  assert.deepEqual(listed, { id: item.id, kind: "voice", mime: "audio/webm", seconds: 10, bytes: 30000, state: "whole" });
  for (const row of bins.disk.get(item.id).values()) {
    if (row instanceof Uint8Array) assert.equal(Buffer.from(row).indexOf(spoken(1).subarray(0, 32)), -1);
  }
});

test("calls that overlap keep their order, and what comes as a blob is taken as one", async () => {
  const { id: draft } = await beginDraft();
  const { media } = mediaOver();
  const item = await media.begin(draft, VOICE);
  await Promise.all([new Blob([spoken(0)]), spoken(1), spoken(2).buffer, new Blob([spoken(3)])].map((given) => item.append(given, 2)).concat(item.finish()));
  assert.deepEqual(joined((await read(media, draft, item.id)).slices), joined([0, 1, 2, 3].map((n) => spoken(n))));
});

test("a picture of many slices comes back whole", async () => {
  const { id: draft } = await beginDraft();
  const { media } = mediaOver();
  const item = await media.begin(draft, { kind: "photo", mime: "image/jpeg" });
  const picture = spoken(9, 700_001);
  await item.append(new Blob([picture]));
  await item.finish();
  assert.deepEqual(Buffer.concat((await read(media, draft, item.id)).slices), Buffer.from(picture));
  await assert.rejects(media.begin(draft, { kind: "photo", mime: "image/png" }), TypeError);
});

test("after a kill everything but the slice that was under way is there, it plays, and nobody can append to it", async () => {
  const wrap = await beginDraft();
  const { media, store, bins } = mediaOver();
  const item = await record(media, wrap.id, 3, { finish: false });
  assert.equal((await media.list(wrap.id))[0].state, "recording");
  await startAgain(wrap, bins.disk);
  const again = mediaOver({ store, bins });
  const [found] = await again.media.list(wrap.id);
  assert.deepEqual([found.state, found.seconds, found.bytes], ["cut", 6, 18000]);
  assert.equal((await read(again.media, wrap.id, item.id)).slices.length, 3);
  await assert.rejects(item.append(spoken(3), 2), { name: "MediaRefused", reason: "over" });
  await record(again.media, wrap.id, 1);
  assert.deepEqual((await again.media.list(wrap.id)).map(({ state }) => state), ["cut", "whole"]);
});

test("slices that were swapped, replaced, or lack before the end are noticed; of what is finished also the end", async () => {
  const { id: draft } = await beginDraft();
  const changes = {
    swapped: (rows) => [rows.get(0), rows.get(1)].forEach((row, i) => rows.set(1 - i, row)),
    "another item's": (rows, others) => rows.set(1, others.get(1)),
    "one lacks": (rows) => rows.delete(1),
    "the end lacks": (rows) => rows.delete(3),
    "one too many": (rows) => rows.set(4, rows.get(3)),
    "a bit": (rows) => rows.set(2, rows.get(2).map((byte, i) => (i === 9 ? byte ^ 1 : byte))),
  };
  for (const [what, change] of Object.entries(changes)) {
    const { media, bins } = mediaOver();
    const [item, other] = [await record(media, draft, 4), await record(media, draft, 4)];
    change(bins.disk.get(item.id), bins.disk.get(other.id));
    await assert.rejects(read(media, draft, item.id), (error) => error.name === "CannotOpen", what);
    assert.equal((await read(media, draft, other.id)).slices.length, 4, "and no other suffers");
  }
});

test("of one that was cut off a gap is noticed as well", async () => {
  const wrap = await beginDraft();
  const { media, bins } = mediaOver();
  const item = await record(media, wrap.id, 4, { finish: false });
  bins.disk.get(item.id).delete(2);
  await assert.rejects(read(media, wrap.id, item.id), (error) => error.name === "CannotOpen");
});

test("an item whose key or name does not open is told as damaged, beside the others", async () => {
  const { id: draft } = await beginDraft();
  const { media, store, bins } = mediaOver();
  const [item] = [await record(media, draft, 1), await record(media, draft, 1)];
  bins.disk.get(item.id).set("head", new Uint8Array(8208));
  assert.deepEqual((await media.list(draft)).map(({ state }) => state), ["damaged", "whole"]);
  await store.write("media", "ff".repeat(16), { id: "ff".repeat(16), draft }); // killed while it was begun
  assert.equal((await media.list(draft)).length, 2);
});

test("deleting takes the rows and the key, also while it is being recorded", async () => {
  const { id: draft } = await beginDraft();
  const { media, store, bins } = mediaOver();
  const item = await record(media, draft, 2, { finish: false });
  await media.remove(item.id);
  assert.equal(bins.disk.size, 0);
  assert.deepEqual(await store.all("media"), []);
  await assert.rejects(item.append(spoken(1), 2), { reason: "over" });
  await item.finish();
  assert.equal(bins.disk.size, 0);
});

test("a full phone is said, holds what it refused, and takes it when there is room, in order", async () => {
  const { id: draft } = await beginDraft();
  let full = false;
  const bins = binsInMemory(new Map(), () => {
    if (full) throw new DOMException("full", "QuotaExceededError");
  });
  let tries = 0;
  const wait = async () => {
    tries += 1;
    full = tries < 3;
  };
  const { media, heard } = mediaOver({ bins, wait });
  const item = await media.begin(draft, VOICE);
  await item.append(spoken(0), 2);
  full = true;
  await Promise.all([item.append(spoken(1), 2), item.append(spoken(2), 2), item.finish()]);
  assert.deepEqual(heard.filter(([name]) => name === "kept").map(([, { kept }]) => kept), [false, true]);
  assert.deepEqual(joined((await read(media, draft, item.id)).slices), joined([0, 1, 2].map((n) => spoken(n))));
});

test("a phone without room begins nothing, and leaves nothing behind where it finds out too late", async () => {
  const { id: draft } = await beginDraft();
  const estimate = async () => ({ quota: 100e6, usage: 95e6 });
  await assert.rejects(mediaOver({ estimate }).media.begin(draft, VOICE), { name: "MediaRefused", reason: "room" });
  const full = binsInMemory(new Map(), () => {
    throw new DOMException("full", "QuotaExceededError");
  });
  const { media, store, bins } = mediaOver({ bins: full });
  await assert.rejects(media.begin(draft, VOICE), { reason: "room" });
  assert.deepEqual([bins.disk.size, await store.all("media")], [0, []]);
});

test("three hours and 640 pieces are the most, and both are known before they are reached", () => {
  const none = { quota: undefined, usage: undefined };
  assert.deepEqual(roomFor([], none), { voice: LONGEST, pictures: 106, file: (MOST_PIECES - 1) * PIECE, level: "enough", ends: "limit" });
  assert.equal(roomFor([{ bytes: 0, seconds: LONGEST - 60 }], none).voice, 60);
  assert.equal(roomFor([{ bytes: (MOST_PIECES - 2) * PIECE, seconds: 0 }], none).voice, Math.floor(PIECE / 3200));
  assert.deepEqual(roomFor([{ bytes: (MOST_PIECES - 1) * PIECE, seconds: 0 }], none), { voice: 0, pictures: 0, file: 0, level: "none", ends: "full" });
  assert.equal(fits([], { bytes: (MOST_PIECES - 1) * PIECE, seconds: LONGEST }), true);
  assert.equal(fits([], { bytes: (MOST_PIECES - 1) * PIECE + 1, seconds: 0 }), false);
  assert.equal(fits([{ bytes: 1, seconds: LONGEST }], { bytes: 1, seconds: 1 }), false);
});

test("room is counted twice, for what is recorded and for its sealing, and kept for what is not sealed yet", () => {
  const free = (bytes) => ({ quota: bytes + 8 * 1024 * 1024, usage: 0 });
  assert.equal(roomFor([], free(8_400_000)).voice, 1000);
  assert.equal(roomFor([{ bytes: 4_200_000, seconds: 1000 }], free(8_400_000)).voice, 500);
  assert.equal(roomFor([], free(0)).level, "none");
  assert.equal(roomFor([], free(0)).ends, "room");
  assert.equal(roomFor([], free(1_000_000)).level, "low");
});

test("a limit ends a recording and keeps what there is", async () => {
  const { id: draft } = await beginDraft();
  const { media } = mediaOver();
  const item = await media.begin(draft, VOICE);
  await item.append(spoken(0), LONGEST - 1);
  await assert.rejects(item.append(spoken(1), 2), { name: "MediaRefused", reason: "limit" });
  await item.finish();
  assert.deepEqual((await media.list(draft)).map(({ state, seconds }) => [state, seconds]), [["whole", LONGEST - 1]]);
  await assert.rejects(record(media, draft, 2), { reason: "limit" });
});

test("a recording that goes on for hours is told before its last slice that three hours end it, not the phone's storage", async () => {
  const { id: draft } = await beginDraft();
  const { media, heard } = mediaOver();
  const item = await media.begin(draft, VOICE);
  await item.append(spoken(0), LONGEST - 20);
  await item.append(spoken(1), 11);
  const said = heard.filter(([what]) => what === "room").map(([, { level, ends }]) => [level, ends]);
  assert.deepEqual(said, [["low", "limit"], ["none", "limit"]]);
  await item.append(spoken(2), 2); // what its end brings still fits
  await item.finish();
  assert.deepEqual((await media.list(draft)).map(({ state, seconds }) => [state, seconds]), [["whole", LONGEST - 7]]);
});

test("a draft that is begun again keeps its media, before, after and in a crash between; the recording goes on", async () => {
  const wrap = await beginDraft();
  const { media, store, bins } = mediaOver();
  const item = await record(media, wrap.id, 2, { finish: false });
  const second = await beginAnother();
  await assert.rejects(media.moving(wrap.id, second.id, async () => Promise.reject(new Error("crash"))));
  assert.equal((await media.list(wrap.id)).length, 1);
  await media.moving(wrap.id, second.id, (writes) => store.writeTogether(writes));
  await item.append(spoken(2), 2);
  await item.finish();
  const later = await media.begin(wrap.id, VOICE); // by a page that does not know the new id yet
  await later.finish();
  await startAgain(second, bins.disk);
  const again = mediaOver({ store, bins }).media;
  assert.deepEqual((await again.list(second.id)).map(({ state, bytes }) => [state, bytes]), [["whole", 18000], ["whole", 0]]);
  assert.equal((await again.list(wrap.id)).length, 0);
});

test("what a draft is being sealed into goes with it when it is begun again, or it would be taken for a kill's", async () => {
  const wrap = await beginDraft();
  const { media, store } = mediaOver();
  const to = "22".repeat(16);
  await media.reserve(wrap.id, "aa".repeat(16));
  await media.moving(wrap.id, to, (writes) => store.writeTogether(writes));
  await media.reserve(wrap.id, "bb".repeat(16)); // by a sealing that began before
  assert.deepEqual((await store.all("media")).map(({ from }) => from), [to, to]);
});

test("one that does not open does not hold up the move, and is still told as damaged", async () => {
  const wrap = await beginDraft();
  const { media, store, bins } = mediaOver();
  const item = await record(media, wrap.id, 1);
  bins.disk.get(item.id).set("head", new Uint8Array(8208));
  await media.moving(wrap.id, "22".repeat(16), (writes) => store.writeTogether(writes));
  assert.deepEqual((await media.list("22".repeat(16))).map(({ state }) => state), ["damaged"]);
});

test("each draft has its own; throwing a draft away takes its media, without a key, and no other's", async () => {
  const one = await beginDraft();
  const { media, store, bins } = mediaOver();
  await record(media, one.id, 1);
  const second = await beginAnother();
  const kept = await record(media, second.id, 1);
  const made = { wrap: async () => one, begin: async () => null, save: async () => null, destroy: async () => null };
  await draftsIn(store, async () => made, bins).clear(one.id);
  assert.deepEqual([...bins.disk.keys()], [kept.id]);
  await clearMedia(store, second.id, bins);
  assert.deepEqual([bins.disk.size, await store.all("media")], [0, []]);
});
