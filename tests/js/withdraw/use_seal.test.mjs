/** Taking back single uses with a code: what is sealed and for whom, what is signed, and what never leaves the page. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { readFrames } from "../../../testimony/web/static/js/interview/node/frames.js";
import { sha256Hex } from "../../../testimony/web/static/js/sealing/base/hashes.js";
import { openingKey } from "../../../testimony/web/static/js/sealing/age/recipients.js";
import { openSealed } from "../../../testimony/web/static/js/sealing/parts/part.js";
import { decodeSigned, valueOf, verifyRecord } from "../../../testimony/web/static/js/sealing/records/records.js";
import * as signing from "../../../testimony/web/static/js/withdraw/code_signature.js";
import * as sealing from "../../../testimony/web/static/js/withdraw/use_seal.js";
import { headsOfUses, takeBack } from "../../../testimony/web/static/js/withdraw/withdrawal.js";

const vectors = JSON.parse(await readFile(new URL("../../vectors/withdraw-early.json", import.meta.url), "utf8"));
const { code, root, day, key, further } = vectors;
const TID = "ab".repeat(16);
const HERE = { headquarters: false, desks: false };
const ASKED = [
  ...["P02", "P04", "P09", "P13"].map((purpose) => ({ purpose, recipient: "organisation" })),
  { purpose: "P05", recipient: "camp-clinic" }, { purpose: "P05", recipient: "legal-desk" },
  { purpose: "P06", recipient: "public" }, { purpose: "P07", recipient: "mechanism" },
];
const [CLINIC, COUNT, MECHANISM, LAWYER] = [ASKED[4], ASKED[6], ASKED[7], ASKED[1]];
const HEADS = {
  coded: { coordinators: ["a1".repeat(32)], lawyers: ["b1".repeat(32)], recovery: ["c1".repeat(32)], granted: ["d1".repeat(32)] },
  consent: { coordinators: ["a2".repeat(32)], lawyers: ["b2".repeat(32)], recovery: ["c2".repeat(32)] },
  identity: { lawyers: ["b3".repeat(32)], recovery: ["c3".repeat(32)] },
};
const lawyer = openingKey(new Uint8Array(32).fill(7));
const READERS = {
  roster: "12".repeat(32),
  audiences: {
    coordinators: { recipients: [], slots: 1 }, lawyers: { recipients: [lawyer.recipient.text], slots: 2 },
    recovery: { recipients: [], slots: 1 },
  },
};

const receiptFor = ({ id }) => ({ record: JSON.stringify({ record: id, durable: true }), sigs: [] });

/** A station that holds `heads`, and keeps what it was sent: `taken` frame by frame. */
const stationWith = (testimonies, { forgets = 0 } = {}) => {
  const taken = [];
  return {
    taken,
    find: async () => ({ testimonies: testimonies.map((one) => ({ key, ...one })), withdrawal: null, reach: null }),
    readers: async () => READERS,
    takeFrames: async (container) => {
      const { frames, whole } = await readFrames(container);
      assert.ok(whole);
      taken.push(frames);
      const records = frames.filter(({ kind }) => kind === "record").map(({ payload }) => decodeSigned(payload));
      return { receipts: records.slice(forgets).map(receiptFor), reach: HERE };
    },
  };
};

const taking = (station, chosen) =>
  takeBack({ code, root, day, station, signing, uses: { chosen, asked: ASKED, sealing: async () => sealing } });

const recordsIn = (frames) => frames.filter(({ kind }) => kind === "record").map(({ payload }) => decodeSigned(payload));

test("a single use is sealed to those who act on it, and signed with the code", async () => {
  const station = stationWith([{ tid: TID, heads: HEADS }]);
  assert.deepEqual(await taking(station, [CLINIC]), { keys: [key, ...further.map((one) => one.key)], known: true, reach: HERE });
  const [frames] = station.taken;
  const [annex, ...others] = recordsIn(frames);
  assert.deepEqual(others, []);
  const value = valueOf(annex);
  assert.deepEqual(Object.keys(value).sort(), ["by", "day", "id", "key", "part", "v"]);
  assert.equal(value.key, key);
  verifyRecord(annex, "annex", [{ alg: "ed25519", pub: key }]);
  const objects = Object.fromEntries(frames.filter(({ kind }) => kind === "object").map(({ payload }) => [sha256Hex(payload), payload]));
  assert.deepEqual(Object.keys(value.part.heads).sort(), ["coordinators", "lawyers", "recovery"]);
  assert.equal(Object.keys(objects).length, 4);
  const opened = await openSealed(objects[value.part.heads.lawyers], objects[value.part.body], {
    key: lawyer, commit: value.part.commit, expected: { tid: TID, part: "annex", roster: READERS.roster, consent: null, form_sha256: null },
  });
  const { kind, events } = JSON.parse(new TextDecoder().decode(opened.content));
  assert.equal(kind, "consent");
  assert.equal(events.length, 1);
  const { id, ...said } = events[0];
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.deepEqual(said, { event: "WITHDRAW", purpose: "P05", recipient: "camp-clinic", life_months: null, after: [], day });
});

test("outside the seal nothing says which use, which testimony, or the code", async () => {
  const station = stationWith([{ tid: TID, heads: HEADS }]);
  await taking(station, [CLINIC]);
  const sent = station.taken[0].map(({ payload }) => new TextDecoder("latin1").decode(payload)).join();
  // the quotes: three letters alone turn up by chance in so many sealed bytes
  for (const word of [TID, '"P05"', "camp-clinic", "WITHDRAW", code, code.slice(0, 10)]) assert.ok(!sent.includes(word), word);
});

test("who has no other use left loses the heads, in the same container behind the annex", async () => {
  const station = stationWith([{ tid: TID, heads: HEADS }]);
  await taking(station, [COUNT, MECHANISM]);
  const [annex, withdrawal, ...others] = recordsIn(station.taken[0]);
  assert.deepEqual(others, []);
  assert.equal(valueOf(annex).v, "testimony/1/annex");
  assert.deepEqual(valueOf(withdrawal).scope, ["a1", "a2", "d1"].map((two) => two.repeat(32)));
});

test("a use that is left keeps its readers, and one that nobody is asked for closes nothing", () => {
  assert.deepEqual(headsOfUses([COUNT], ASKED, HEADS), []);
  assert.deepEqual(headsOfUses([CLINIC], ASKED, HEADS), []);
  assert.deepEqual(headsOfUses([LAWYER], ASKED, HEADS), ["b3".repeat(32)]);
  assert.deepEqual(headsOfUses([CLINIC], ASKED.filter(({ purpose }) => purpose !== "P04"), HEADS), []);
  assert.ok(!headsOfUses(ASKED, ASKED, HEADS).some((head) => head.startsWith("c")), "recovery keeps what is kept at all");
});

test("each testimony of the code has an annex of its own", async () => {
  const station = stationWith([{ tid: TID, heads: {} }, { tid: "cd".repeat(16), heads: {} }]);
  await taking(station, [CLINIC]);
  assert.equal(station.taken.length, 2);
});

test("nothing is signed where nothing of the code is known, and without a receipt for each record it is not done", async () => {
  const empty = stationWith([]);
  await assert.rejects(taking(empty, [CLINIC]), { name: "NothingHere" });
  assert.deepEqual(empty.taken, []);
  await assert.rejects(taking(stationWith([{ tid: TID, heads: HEADS }], { forgets: 1 }), [CLINIC]), { name: "NoReceipt" });
});
