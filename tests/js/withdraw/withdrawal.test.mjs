/** Taking back what was said with a code: what is sent, what never is, and what counts as done. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { isWithdrawalCode } from "../../../testimony/web/static/js/sealing/keys/code_digits.js";
import { decodeSigned, valueOf } from "../../../testimony/web/static/js/sealing/records/records.js";
import { isWhole, noGroups, withDigits } from "../../../testimony/web/static/js/withdraw/digit_groups.js";
import * as signing from "../../../testimony/web/static/js/withdraw/code_signature.js";
import { headsClosedBy, takeBack } from "../../../testimony/web/static/js/withdraw/withdrawal.js";

const vectors = JSON.parse(await readFile(new URL("../../vectors/withdraw-early.json", import.meta.url), "utf8"));
const { code, root, day, key } = vectors;
const TID = "ab".repeat(16);
const HERE = { headquarters: false, desks: false };

/** A station that says what it found, and keeps what it was sent. */
const stationWith = (found, { receipt } = {}) => {
  const asked = [];
  return {
    asked,
    find: async (hex) => asked.push(hex) && { testimonies: [], withdrawal: null, reach: null, ...found },
    take: async (envelope) => {
      asked.push(envelope);
      const { id } = decodeSigned(envelope);
      return { receipts: [{ record: JSON.stringify({ record: id, durable: true, ...receipt }), sigs: [] }], reach: HERE };
    },
  };
};
const taking = (station, changes = {}) => takeBack({ code, root, day, station, signing, ...changes });

test("for a testimony that is known the code signs the withdrawal of all of it", async () => {
  const station = stationWith({ testimonies: [{ tid: TID, heads: {} }] });
  assert.deepEqual(await taking(station), { key, known: true, reach: HERE });
  const [asked, sent] = station.asked;
  assert.equal(asked, key);
  const { tid, scope, by } = valueOf(decodeSigned(sent));
  assert.deepEqual([tid, scope], [TID, "all"]);
  assert.equal(by, decodeSigned(sent).sigs[0].kid);
});

test("for one that is not, it signs the one that waits: the very bytes of the other twin", async () => {
  const station = stationWith({});
  assert.equal((await taking(station)).known, false);
  const sent = decodeSigned(station.asked[1]);
  assert.equal(new TextDecoder().decode(sent.bytes), vectors.record);
  assert.deepEqual(sent.sigs, vectors.sigs);
});

test("where the lawyers may keep it the heads of coordinators are named, and of whoever was let in later, and no other", async () => {
  const heads = {
    coded: { coordinators: ["a1".repeat(32)], lawyers: ["b1".repeat(32)], recovery: ["c1".repeat(32)], granted: ["d1".repeat(32)] },
    consent: { coordinators: ["a2".repeat(32)], lawyers: ["b2".repeat(32)], recovery: ["c2".repeat(32)] },
    identity: { lawyers: ["b3".repeat(32)], recovery: ["c3".repeat(32)], granted: ["d3".repeat(32)] },
  };
  const station = stationWith({ testimonies: [{ tid: TID, heads }] });
  await taking(station, { lawyersKeep: true });
  assert.deepEqual(valueOf(decodeSigned(station.asked[1])).scope, ["a1", "a2", "d1"].map((two) => two.repeat(32)));
  assert.equal(headsClosedBy(["P11"], heads).length, 0);
  assert.equal(headsClosedBy(["P01"], heads).length, 10);
});

test("nothing is signed for a choice of heads where none is known", async () => {
  const station = stationWith({});
  await assert.rejects(taking(station, { lawyersKeep: true }), { name: "NothingHere" });
  assert.equal(station.asked.length, 1);
});

test("every testimony of the code is taken back", async () => {
  const station = stationWith({ testimonies: [{ tid: TID, heads: {} }, { tid: "cd".repeat(16), heads: {} }] });
  await taking(station);
  assert.deepEqual(station.asked.slice(1).map((sent) => valueOf(decodeSigned(sent)).tid), [TID, "cd".repeat(16)]);
});

test("what was taken back before is not sent again", async () => {
  const station = stationWith({ testimonies: [{ tid: TID, heads: {} }], withdrawal: "0".repeat(64), reach: { headquarters: true, desks: false } });
  assert.deepEqual((await taking(station)).reach, { headquarters: true, desks: false });
  assert.equal(station.asked.length, 1);
});

test("without a durable receipt for just what was sent it is not done", async () => {
  for (const receipt of [{ record: "0".repeat(64) }, { durable: false }]) {
    await assert.rejects(taking(stationWith({ testimonies: [{ tid: TID, heads: {} }] }, { receipt })), { name: "NoReceipt" });
  }
});

test("neither code nor seed is among what is sent, and the seed is overwritten, also when the station fails", async () => {
  let seed;
  const watched = { ...signing, withdrawalKey: async (...args) => {
    const found = await signing.withdrawalKey(...args);
    seed = found.seed;
    return found;
  } };
  const station = stationWith({});
  await taking(station, { signing: watched });
  const sent = station.asked.map((one) => (typeof one === "string" ? one : new TextDecoder().decode(one))).join();
  assert.ok(!sent.includes(code) && !sent.includes(code.slice(0, 10)));
  assert.ok(seed.every((byte) => byte === 0));
  await assert.rejects(taking({ find: () => Promise.reject(new Error("away")) }, { signing: watched }), { message: "away" });
  assert.ok(seed.every((byte) => byte === 0));
});

test("digits fill the groups: typed one by one, pasted, too many, and corrected", () => {
  let [groups, at] = [noGroups(), 0];
  for (const digit of code) ({ groups, at } = withDigits(groups, at, groups[at] + digit));
  assert.deepEqual(groups, code.match(/.{5}/g));
  assert.equal(at, 4);
  assert.deepEqual(withDigits(noGroups(), 0, code).groups, groups);
  assert.deepEqual(withDigits(noGroups(), 3, code).groups, ["", "", "", ...code.match(/.{5}/g).slice(0, 2)]);
  assert.deepEqual(withDigits(groups, 1, "678901").groups, groups);
  assert.deepEqual(withDigits(["12345", "", "", "", ""], 0, "123456"), { groups: ["12345", "6", "", "", ""], at: 1 });
  assert.ok(isWhole(groups) && !isWhole(withDigits(groups, 2, "1234").groups));
});

test("a wrong digit and swapped neighbours are found before anything is sent", () => {
  assert.ok(isWithdrawalCode(code));
  for (let i = 0; i < 25; i += 1) {
    const other = String((Number(code[i]) + 1) % 10);
    assert.ok(!isWithdrawalCode(code.slice(0, i) + other + code.slice(i + 1)));
    if (i < 24 && code[i] !== code[i + 1]) assert.ok(!isWithdrawalCode(code.slice(0, i) + code[i + 1] + code[i] + code.slice(i + 2)));
  }
});
