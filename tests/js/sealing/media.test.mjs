/** Recordings, pictures and files: rows of a draft that stand for nothing but themselves, and the list that joins what was sealed. */

import { fromHex, randomBytes } from "../../../testimony/web/static/js/sealing/base/bytes.js";
import * as rows from "../../../testimony/web/static/js/sealing/keys/media_cipher.js";
import { sha256Hex } from "../../../testimony/web/static/js/sealing/base/hashes.js";
import { cutterOf } from "../../../testimony/web/static/js/sealing/testimony/media.js";
import { assert, readText, test } from "./support/harness.mjs";

const [draft, item, other] = ["d0".repeat(16), "1e".repeat(16), "07".repeat(16)];

const keyed = async (id = item, key = fromHex("0b".repeat(32))) => ({ sealer: await rows.rowSealer(key, id), opener: await rows.rowOpener(key, id) });

test("a slice opens as itself, and under no other number, sort, item or key", async () => {
  const { sealer, opener } = await keyed();
  const bytes = randomBytes(6000);
  const row = await rows.sealRow(sealer, item, rows.SLICE, 3, bytes);
  assert.same(await rows.openRow(opener, item, rows.SLICE, 3, row), bytes);
  for (const [id, sort, no] of [[item, rows.SLICE, 2], [item, rows.END, 3], [item, rows.HEAD, 3], [other, rows.SLICE, 3]]) {
    await assert.rejects(rows.openRow(opener, id, sort, no, row), "altered", `${id} ${sort} ${no}`);
  }
  await assert.rejects(rows.openRow((await keyed(other)).opener, item, rows.SLICE, 3, row), "altered");
  await assert.rejects(rows.openRow((await keyed(item, randomBytes(32))).opener, item, rows.SLICE, 3, row), "altered");
  await assert.rejects(rows.openRow(opener, item, rows.SLICE, 3, row.subarray(0, row.length - 1)), "altered");
});

test("the length of a slice tells nothing of how somebody spoke, and it comes back to the byte", async () => {
  const { sealer, opener } = await keyed();
  const lengths = new Set();
  for (const [no, bytes] of [new Uint8Array(0), Uint8Array.of(0x80, 0, 0), new Uint8Array(8000).fill(0x80)].entries()) {
    const row = await rows.sealRow(sealer, item, rows.SLICE, no, bytes);
    lengths.add(row.length);
    assert.same(await rows.openRow(opener, item, rows.SLICE, no, row), bytes);
  }
  assert.same([...lengths], [8208]);
});

test("the nonce counts: the same row again is the same bytes, and a handle that opens seals nothing", async () => {
  const { sealer, opener } = await keyed();
  const [one, again] = [await rows.sealRow(sealer, item, rows.SLICE, 0, Uint8Array.of(1)), await rows.sealRow(sealer, item, rows.SLICE, 0, Uint8Array.of(1))];
  assert.same(one, again);
  await assert.rejects(rows.sealRow(opener, item, rows.SLICE, 0, Uint8Array.of(1)), 15); // InvalidAccessError
});

test("the key of an item opens with its draft's root, and for that draft and item alone", async () => {
  const [root, key] = [randomBytes(32), randomBytes(32)];
  const wrapped = await rows.wrapItemKey(root, draft, item, key);
  assert.same(await rows.unwrapItemKey(root, draft, item, wrapped), key);
  for (const [by, of, id] of [[randomBytes(32), draft, item], [root, other, item], [root, draft, other]]) {
    await assert.rejects(rows.unwrapItemKey(by, of, id, wrapped), "altered");
  }
});

const raw = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

test("a list with a file is version 2, and the vector of both languages", async () => {
  const { media, list } = JSON.parse(await readText("tests/vectors/media-list.json"));
  const cutter = cutterOf(async (part, { bytes }) => new TextDecoder().decode(bytes));
  for (const { kind, type, data, seconds, name, source, at } of media) {
    cutter.begin({ kind, type, origin: kind === "file" ? { name, source, at, sha256: sha256Hex(raw(data)) } : undefined });
    await cutter.add(raw(data));
    await cutter.end(seconds);
  }
  assert.same(await cutter.list(), [list]);
});

test("a file that is not the one that was noted is not sealed, nor one of which nothing was noted", async () => {
  const cutter = cutterOf(async () => null);
  const origin = { name: "a.pdf", source: "card", at: "2026-11-24T09:58:07Z", sha256: sha256Hex(Uint8Array.of(1)) };
  cutter.begin({ kind: "file", type: "application/octet-stream", origin });
  await cutter.add(Uint8Array.of(2));
  await assert.rejects(cutter.end(0), "seal.media");
  assert.throws(() => cutter.begin({ kind: "file", type: "application/octet-stream" }), "seal.part");
  assert.throws(() => cutter.begin({ kind: "picture", type: "image/jpeg", origin }), "seal.part");
});
