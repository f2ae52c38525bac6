/** A file from a phone, handed in: every whole testimony of it, whatever is damaged, and the receipts of all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { framesOf } from "../../../testimony/web/static/js/carry/frame_stream.js";
import { handIn, receiptsFile } from "../../../testimony/web/static/js/carry/delivery.js";
import { readFrames, writeFrames } from "../../../testimony/web/static/js/interview/node/frames.js";
import { sha256Hex } from "../../../testimony/web/static/js/sealing/base/hashes.js";
import { bytesOf } from "../support/phones.mjs";

const record = (name) => bytesOf(JSON.stringify({ record: name, sigs: [] }));
const id = (name) => sha256Hex(bytesOf(name));
const framesFor = (name, size = 10) => [{ kind: "record", payload: record(name) }, { kind: "object", payload: new Uint8Array(size) }];
const receipt = (name) => bytesOf(JSON.stringify({ record: JSON.stringify({ record: id(name) }), sigs: [] }));

/** A node that signs for every record but those in `refusing`, and remembers the containers that came. */
const nodeWith = ({ refusing = [], central = {} } = {}) => {
  const came = [];
  return {
    came,
    batch: async (bytes) => {
      const { frames } = await readFrames(bytes);
      came.push(frames.map(({ kind }) => kind));
      const first = frames[0].kind === "record" ? JSON.parse(new TextDecoder().decode(frames[0].payload)).record : null;
      const refused = refusing.includes(first);
      const status = { name: first ? id(first) : "x", status: refused ? "refused" : "stored", rule: refused ? "signer.unknown" : null };
      const receipts = first && !refused ? [{ kind: "record", payload: receipt(first) }] : [];
      return writeFrames([{ kind: "status", payload: bytesOf(JSON.stringify(status)) }, ...receipts]);
    },
    whereabouts: async () => central,
  };
};
const blobOf = async (...names) => new Blob([await writeFrames(names.flatMap((name) => framesFor(name)))]);
const handing = (blob, node) => handIn({ frames: framesOf(blob), node });

test("each testimony goes as one delivery, and its receipt is kept for the way back", async () => {
  const node = nodeWith({ central: { [id("one")]: { state: "headquarters", receipt: { record: "r", sigs: [] } }, [id("two")]: { state: "node" } } });
  const seen = [];
  const report = await handIn({ frames: framesOf(await blobOf("one", "two")), node, progress: ({ records }) => seen.push(records) });
  assert.deepEqual(node.came, [["record", "object"], ["record", "object"]]);
  assert.deepEqual([...report.held], [id("one"), id("two")]);
  assert.deepEqual([report.records, report.torn, seen], [2, false, [1, 2]]);
  const back = (await readFrames(await receiptsFile(report))).frames.map(({ payload }) => new TextDecoder().decode(payload));
  assert.deepEqual(back.slice(0, 2), [receipt("one"), receipt("two")].map((bytes) => new TextDecoder().decode(bytes)));
  assert.equal(back[2], '{"record":"r","sigs":[]}');
});

test("a torn file gives all before the tear, wherever it is", async () => {
  const whole = new Uint8Array(await (await blobOf("one", "two")).arrayBuffer());
  const first = (await writeFrames(framesFor("one"))).length;
  for (const size of [first, whole.length - 30, whole.length - 1]) {
    const report = await handing(new Blob([whole.slice(0, size)]), nodeWith());
    assert.equal(report.torn, true, String(size));
    assert.ok(report.held.has(id("one")), String(size));
  }
});

test("a changed byte is found by the hash at the end", async () => {
  const bytes = new Uint8Array(await (await blobOf("one")).arrayBuffer());
  bytes[bytes.length - 120] ^= 1;
  assert.equal((await handing(new Blob([bytes]), nodeWith())).torn, true);
  const longer = new Blob([await (await blobOf("one")).arrayBuffer(), "x"]);
  assert.equal((await handing(longer, nodeWith())).torn, true);
});

test("another file is called that, and nothing is sent", async () => {
  for (const content of ["", "testimony/1/fra", "%PDF-1.7 something"]) {
    const node = nodeWith();
    await assert.rejects(handing(new Blob([content]), node), { name: "FileForeign" });
    assert.deepEqual(node.came, []);
  }
});

test("what is refused is named by its rule and holds back no other", async () => {
  const report = await handing(await blobOf("bad", "good"), nodeWith({ refusing: ["bad"] }));
  assert.deepEqual([...report.refused], [[id("bad"), "signer.unknown"]]);
  assert.deepEqual([...report.held], [id("good")]);
});

test("a testimony too large for one delivery goes in several, its record first", async () => {
  const frames = [{ kind: "record", payload: record("large") }, ...Array.from({ length: 5 }, () => ({ kind: "object", payload: new Uint8Array(200 * 1024) }))];
  const node = nodeWith();
  await handing(new Blob([await writeFrames(frames)]), node);
  assert.deepEqual(node.came, [["record", "object", "object"], ["object", "object"], ["object"]]);
});

test("a node that goes away ends it, and says nothing of what was not taken in", async () => {
  const node = { ...nodeWith(), batch: async () => Promise.reject(new TypeError("failed to fetch")) };
  await assert.rejects(handing(await blobOf("one"), node), TypeError);
});

test("a testimony with an hour of sound is handed in share by share, under its own name, and is held when all of it is", async () => {
  const large = [{ kind: "record", payload: record("long") }, ...Array.from({ length: 9 }, () => ({ kind: "object", payload: new Uint8Array(200_000) }))];
  const blob = new Blob([await writeFrames([...large, ...framesFor("next")])]);
  const sizes = [];
  const sound = nodeWith({ central: { [id("long")]: { state: "node", media: { all: 9, here: 8, there: 0 } }, [id("next")]: { state: "node" } } });
  const node = { ...sound, batch: async (bytes) => (sizes.push(bytes.length), sound.batch(bytes)) };
  const report = await handing(blob, node);
  assert.ok(Math.max(...sizes) < 600_000);
  assert.deepEqual(sound.came.map((kinds) => kinds.join("")), ["recordobjectobject", "objectobject", "objectobject", "objectobject", "object", "recordobject"]);
  assert.equal(report.records, 2);
  assert.deepEqual([...report.held], [id("next")], "of the other the text alone");
});

test("a piece that is refused is told under the testimony that it is of", async () => {
  const large = [{ kind: "record", payload: record("long") }, ...Array.from({ length: 3 }, () => ({ kind: "object", payload: new Uint8Array(200_000) }))];
  const sound = nodeWith();
  const refusing = { ...sound, batch: async (bytes) => {
    const { frames } = await readFrames(bytes);
    return frames[0].kind === "record" ? sound.batch(bytes) : writeFrames([{ kind: "status", payload: bytesOf('{"name":"x","status":"refused","rule":"full"}') }]);
  } };
  const report = await handing(new Blob([await writeFrames(large)]), refusing);
  assert.deepEqual([...report.refused], [[id("long"), "full"]]);
});
