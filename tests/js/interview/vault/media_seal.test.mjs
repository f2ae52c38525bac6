/** Sealing with recordings and pictures: what was agreed to, piece by piece, whole or not at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sealCalls } from "../../../../testimony/web/static/js/interview/vault/seal_calls.js";
import { readFrames } from "../../../../testimony/web/static/js/interview/node/frames.js";
import { sealWithMedia, sweepSealed } from "../../../../testimony/web/static/js/interview/vault/media_seal.js";
import { outboxIn } from "../../../../testimony/web/static/js/interview/outbox/store.js";
import { decodeCanonical, decodeSigned, openPart, sha256Hex, verifyAttestation, verifyManifest } from "../../../../testimony/web/static/js/sealing/index.js";
import { cutterOf } from "../../../../testimony/web/static/js/sealing/testimony/media.js";
import { PIECE } from "../../../../testimony/web/static/js/sealing/testimony/piece_size.js";
import { chain, keys, seedOf } from "../../sealing/support/organisation.mjs";
import { beginDraft, mediaOver, startAgain, vaultOf } from "../../support/media.mjs";

const pinned = chain();
const held = { chain: pinned, seeds: { device: seedOf("phone-1"), interviewer: seedOf("interviewer-1") } };
const asked = (purposes = ["P01", "P02", "P03", "P04"]) => ({
  contents: { narrative: { statements: [] }, provenance: { note: "x" } }, purposes, said: null, day: "2026-11-24", at: "2026-11-24T10:00:00Z",
  form: "camp-interview@1", formSha256: "00".repeat(32), withdraw: null,
});
const bytesOf = (size, seed) => new Uint8Array(size).map((_, i) => (Math.imul(i + seed, 2654435761) >>> 24) & 255);

/** A phone with one draft that has a voice of many slices and a picture. */
const phoneWith = async ({ sizes = [PIECE * 2 + 5], picture = 70_000 } = {}) => {
  const wrap = await beginDraft();
  const over = mediaOver();
  const vault = vaultOf(sealCalls(held));
  const phone = { store: over.store, vault, outbox: outboxIn(over.store) };
  const given = [];
  for (const [n, size] of sizes.entries()) {
    const bytes = bytesOf(size, n);
    const item = await over.media.begin(wrap.id, { kind: "voice", mime: "audio/webm;codecs=opus" });
    for (let at = 0; at < size; at += 6007) await item.append(bytes.subarray(at, at + 6007), 2);
    await item.finish();
    given.push(bytes);
  }
  if (picture) {
    const item = await over.media.begin(wrap.id, { kind: "document", mime: "image/jpeg" });
    await item.append(bytesOf(picture, 99));
    await item.finish();
    given.push(bytesOf(picture, 99));
  }
  await over.store.write("drafts", wrap.id, { id: wrap.id });
  return { ...over, phone, wrap, given, seal: (more = {}) => sealWithMedia({ phone, media: over.media, bins: over.bins, draft: wrap.id, asked: asked(), ...more }) };
};

const opener = async (entry, bins) => {
  const objects = new Map((await readFrames(entry.container)).frames.slice(1).map(({ payload }) => [sha256Hex(payload), payload]));
  for (const rows of [...(bins.disk.get(entry.media?.bin) ?? new Map()).values()]) rows.objects.forEach((bytes) => objects.set(sha256Hex(bytes), bytes));
  const record = decodeSigned((await readFrames(entry.container)).frames[0].payload);
  const manifest = verifyManifest(record, pinned);
  const open = async (part) => {
    const { heads, body } = manifest.parts.find((one) => one.part === part);
    return openPart({ record, part, audience: "lawyers", head: objects.get(heads.lawyers), body: objects.get(body), key: keys["lawyer-a"], chain: pinned });
  };
  return { manifest, open };
};

test("what was recorded comes out of the pieces to the byte, joined as the list says, and the text beside it", async () => {
  const { seal, bins, given } = await phoneWith();
  const told = [];
  const entry = await seal({ progress: (done, total) => told.push(`${done}/${total}`) });
  const { manifest, open } = await opener(entry, bins);
  const { v, items } = decodeCanonical((await open("media-001")).content);
  assert.equal(v, "testimony/1/media");
  assert.deepEqual(items.map(({ kind, type, first, pieces }) => [kind, type, first, pieces]), [["voice", "audio/webm", 2, 3], ["picture", "image/jpeg", 5, 1]]);
  assert.equal(items[0].seconds, 2 * Math.ceil(given[0].length / 6007));
  assert.equal(items[1].seconds, 0);
  for (const [i, { first, pieces, len, type }] of items.entries()) {
    const found = [];
    for (let n = first; n < first + pieces; n += 1) found.push(await open(`media-${String(n).padStart(3, "0")}`));
    assert.ok(found.every(({ header }) => header.type === type));
    assert.deepEqual(Buffer.concat(found.map(({ content }) => content)), Buffer.from(given[i]));
    assert.equal(len, given[i].length);
  }
  assert.deepEqual(told, ["0/5", "1/5", "2/5", "3/5", "4/5", "5/5", "0/0"]);
  const provenance = (await open("provenance")).content;
  assert.equal(verifyAttestation(provenance, manifest, pinned).personId, "interviewer-1");
  const named = manifest.parts.flatMap(({ part, heads, body }) => (part.startsWith("media-") ? [[...Object.values(heads), body]] : []));
  assert.deepEqual(entry.media.pieces, named);
  assert.deepEqual([entry.media.left, entry.media.text, entry.names.length], [5, "", 1 + 6 + 2 + 6 * 2]);
});

test("of what is cut exactly at a piece's end no empty piece is made; an item without a byte leaves nothing", async () => {
  const { seal, bins, given } = await phoneWith({ sizes: [PIECE, 0], picture: 0 });
  const { open, manifest } = await opener(await seal(), bins);
  const { items } = decodeCanonical((await open("media-001")).content);
  assert.deepEqual(items.map(({ len, first, pieces }) => [len, first, pieces]), [[given[0].length, 2, 1]]);
  assert.equal(manifest.parts.filter(({ part }) => part.startsWith("media-")).length, 2);
});

test("a voice that nobody agreed to keep, or a picture, is not sealed; without both there are no pieces at all", async () => {
  const only = { "P02": "voice", "P03": "picture" };
  for (const [purpose, kind] of Object.entries(only)) {
    const { seal, bins } = await phoneWith({ sizes: [9000] });
    const { open } = await opener(await seal({ asked: asked(["P01", "P04", purpose]) }), bins);
    assert.deepEqual(decodeCanonical((await open("media-001")).content).items.map((item) => item.kind), [kind]);
  }
  const { seal, bins, store } = await phoneWith({ sizes: [9000] });
  const entry = await seal({ asked: asked(["P01", "P04"]) });
  assert.equal(entry.media, undefined);
  assert.equal((await store.all("media")).filter(({ sealed }) => sealed).length, 0);
  assert.equal(bins.disk.size, 2);
});

test("stopped, refused by a full phone, or with something damaged, nothing is sealed, nothing is left of it, and nothing is lost", async () => {
  const before = (bins) => JSON.stringify([...bins.disk].map(([id, rows]) => [id, rows.size]));
  const ways = {
    stopped: [async () => null, { stopped: () => true }, { name: "SealingStopped" }],
    full: [async ({ bins }) => {
      const open = bins.openBin;
      bins.openBin = async (id) => ({ ...(await open(id)), write: async () => Promise.reject(new DOMException("full", "QuotaExceededError")) });
    }, {}, { name: "QuotaExceededError" }],
    damaged: [async ({ bins, media, wrap }) => bins.disk.get((await media.list(wrap.id))[0].id).delete(1), {}, { name: "CannotSeal", reason: "media" }],
    "not agreed to": [async () => null, { asked: asked([]) }, { name: "CannotSeal", reason: "consent" }],
  };
  for (const [what, [prepare, more, error]] of Object.entries(ways)) {
    const made = await phoneWith({ sizes: [60_000] });
    await prepare(made);
    const disk = before(made.bins);
    await assert.rejects(made.seal(more), error, what);
    assert.equal(before(made.bins), disk, what);
    assert.equal((await made.store.all("media")).length, 2, what);
  }
});

test("a stop is heard between two slices, not at the end of the work", async () => {
  const { seal } = await phoneWith();
  const told = [];
  let slices = 0;
  await assert.rejects(seal({ stopped: () => (slices += 1) > 3, progress: (done, total) => told.push([done, total]) }), { name: "SealingStopped" });
  assert.equal(slices, 4);
  assert.deepEqual(told, [[0, 5], [0, 0]]);
});

test("after a stop it seals whole the next time, once", async () => {
  const { seal, bins, phone, wrap } = await phoneWith({ sizes: [60_000] });
  await assert.rejects(seal({ stopped: () => true }));
  await phone.outbox.put(await seal(), wrap.id);
  assert.equal((await phone.outbox.all()).length, 1);
  assert.equal(bins.disk.size, 3);
});

test("what a kill left of a sealing goes with the next one, and nothing that the outbox names or that is being recorded", async () => {
  const { seal, bins, phone, wrap, store } = await phoneWith({ sizes: [60_000] });
  const lost = await seal(); // killed before it was put away
  assert.equal(bins.disk.size, 3);
  await startAgain(wrap, bins.disk);
  await sweepSealed(phone, bins);
  const entry = await seal();
  assert.ok(!bins.disk.has(lost.media.bin));
  await phone.outbox.put(entry, wrap.id);
  await sweepSealed(phone, bins);
  assert.ok(bins.disk.has(entry.media.bin));
  assert.equal((await store.all("media")).length, 3);
});

test("between a sealing and its entry nothing is swept away; once the draft is over, all that nothing names", async () => {
  for (const end of ["entry", "deleted", "cleared"]) {
    const { seal, bins, phone, wrap } = await phoneWith({ sizes: [60_000] });
    const swept = [];
    const entry = await seal({ progress: () => swept.push(sweepSealed(phone, bins)) });
    await Promise.all([...swept, sweepSealed(phone, bins)]);
    assert.ok(bins.disk.has(entry.media.bin), end);
    if (end === "entry") {
      await phone.outbox.put(entry, wrap.id);
      await phone.outbox.settle(entry.id, "node", null);
    } else if (end === "deleted") await phone.store.write("settings", `done-${wrap.id}`, true);
    else await phone.store.remove("drafts", wrap.id);
    await sweepSealed(phone, bins);
    assert.equal(bins.disk.size, 2, end);
  }
});

test("an entry that is put into the outbox at any moment of a sweep keeps its pieces", async () => {
  for (let moment = 1, last = false; !last; moment += 1) {
    const { phone, bins, wrap, seal } = await phoneWith({ sizes: [PIECE], picture: 0 });
    const entry = await seal();
    let passed = 0;
    const put = async () => {
      passed += 1;
      if (passed === moment) await phone.outbox.put(entry, wrap.id); // as the page does in another of its turns
    };
    const watched = (act) => async (...asked) => {
      await put();
      const found = await act(...asked);
      await put();
      return found;
    };
    const store = { ...phone.store, all: watched(phone.store.all), read: watched(phone.store.read) };
    await sweepSealed({ ...phone, store }, bins);
    assert.ok(bins.disk.get(entry.media.bin)?.size > 0, `put at moment ${moment} of ${passed}`);
    last = moment >= passed;
    assert.ok(moment > 1 || passed > 4);
  }
});

test("more pieces than a manifest can name are refused, and so are types that no reader takes", async () => {
  const cutter = cutterOf(async (part) => part);
  cutter.begin({ kind: "voice", type: "audio/webm" });
  const piece = new Uint8Array(PIECE); // again and again: nobody holds a whole recording
  let last = [];
  for (let n = 0; n < 639; n += 1) last = await cutter.add(piece);
  assert.deepEqual(last, ["media-640"]);
  await assert.rejects(async () => [await cutter.add(new Uint8Array(1)), await cutter.end(1)], { name: "CannotSeal", reason: "size" });
  assert.throws(() => cutter.begin({ kind: "picture", type: "image/png" }), { name: "CannotSeal" });
});

const fileIn = async (media, draft, bytes) => {
  const item = await media.begin(draft, { kind: "file", mime: "application/octet-stream", name: "papers.zip", source: "witness_phone" });
  await item.append(bytes);
  return item;
};

test("a file comes out of the pieces to the byte, and the list says its hash, name and source; older programs are told by the version", async () => {
  const { seal, bins, media, wrap } = await phoneWith({ sizes: [6007], picture: 0 });
  const bytes = bytesOf(PIECE + 9, 4);
  await (await fileIn(media, wrap.id, bytes)).finish();
  const { open } = await opener(await seal(), bins);
  const { v, items } = decodeCanonical((await open("media-001")).content);
  assert.equal(v, "testimony/2/media");
  const { at, ...origin } = items[1].origin;
  assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(origin, { name: "papers.zip", source: "witness_phone", sha256: sha256Hex(bytes) });
  const pieces = [(await open("media-003")).content, (await open("media-004")).content];
  assert.deepEqual(Buffer.concat(pieces), Buffer.from(bytes));
});

test("without the yes to pictures no file is sealed, and one that was cut off is not passed for a whole one", async () => {
  const { seal, bins, media, wrap } = await phoneWith({ sizes: [6007], picture: 0 });
  const item = await fileIn(media, wrap.id, bytesOf(900, 4));
  await assert.rejects(seal(), { name: "CannotSeal", reason: "media" });
  await item.finish();
  const { open } = await opener(await seal({ asked: asked(["P01", "P02", "P04"]) }), bins);
  const { v, items } = decodeCanonical((await open("media-001")).content);
  assert.deepEqual([v, items.length], ["testimony/1/media", 1]);
});
