/** Taking back what was said with a code: what is sent, what never is, and what counts as done. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { readFrames } from "../../../testimony/web/static/js/interview/node/frames.js";
import { isWithdrawalCode } from "../../../testimony/web/static/js/sealing/keys/code_digits.js";
import { decodeSigned, valueOf } from "../../../testimony/web/static/js/sealing/records/records.js";
import { isWhole, noGroups, withDigits } from "../../../testimony/web/static/js/withdraw/digit_groups.js";
import * as signing from "../../../testimony/web/static/js/withdraw/code_signature.js";
import { headsClosedBy, takeBack } from "../../../testimony/web/static/js/withdraw/withdrawal.js";

const vectors = JSON.parse(await readFile(new URL("../../vectors/withdraw-early.json", import.meta.url), "utf8"));
const { code, root, day, key, further } = vectors;
const KEYS = [key, ...further.map((one) => one.key)];
const TID = "ab".repeat(16);
const HERE = { headquarters: false, desks: false };

/** A station that says what it found, and keeps what it was sent. */
const stationWith = (found, { receipt } = {}) => {
  const asked = [];
  return {
    asked,
    find: async (hexes) => asked.push(hexes) && { testimonies: [], withdrawal: null, reach: null, ...found },
    takeFrames: async (container) => {
      const { frames, whole } = await readFrames(container);
      assert.ok(whole);
      asked.push(container, ...frames.map(({ payload }) => payload));
      const ids = frames.map(({ payload }) => decodeSigned(payload).id);
      return { receipts: ids.map((id) => ({ record: JSON.stringify({ record: id, durable: true, ...receipt }), sigs: [] })), reach: HERE };
    },
  };
};
const taking = (station, changes = {}) => takeBack({ code, root, day, station, signing, ...changes });

test("for a testimony that is known the code signs the withdrawal of all of it", async () => {
  const station = stationWith({ testimonies: [{ tid: TID, key, heads: {} }] });
  assert.deepEqual(await taking(station), { keys: KEYS, known: true, reach: HERE });
  const [asked, , sent] = station.asked;
  assert.deepEqual(asked, KEYS);
  const { tid, scope, by } = valueOf(decodeSigned(sent));
  assert.deepEqual([tid, scope], [TID, "all"]);
  assert.equal(by, decodeSigned(sent).sigs[0].kid);
});

test("for one that is not, it signs those that wait, one for each key: the very bytes of the other twin", async () => {
  const station = stationWith({});
  assert.equal((await taking(station)).known, false);
  const sent = station.asked.slice(2).map((payload) => decodeSigned(payload));
  assert.deepEqual(sent.map(({ bytes }) => new TextDecoder().decode(bytes)), [vectors, ...further].map(({ record }) => record));
  assert.deepEqual(sent.map(({ sigs }) => sigs), [vectors, ...further].map(({ sigs }) => sigs));
});

test("what the same person told besides is taken back with its own key, and what may be elsewhere waits", async () => {
  const OTHER = "cd".repeat(16);
  const station = stationWith({ testimonies: [{ tid: TID, key, heads: {} }, { tid: OTHER, key: KEYS[2], heads: {} }] });
  await taking(station);
  const sent = station.asked.slice(2).map((payload) => decodeSigned(payload)).map((record) => ({ ...valueOf(record), kid: record.sigs[0].kid }));
  assert.deepEqual(sent.slice(0, 2).map(({ tid }) => tid), [TID, OTHER]);
  assert.deepEqual(sent.slice(2).map((one) => one.key), [1, 3, 4, 5].map((number) => KEYS[number]));
  sent.forEach(({ by, kid }) => assert.equal(by, kid));
  assert.equal(new Set(sent.map(({ kid }) => kid)).size, 6);
});

test("where the lawyers may keep it the heads of coordinators are named, and of whoever was let in later, and no other", async () => {
  const heads = {
    coded: { coordinators: ["a1".repeat(32)], lawyers: ["b1".repeat(32)], recovery: ["c1".repeat(32)], granted: ["d1".repeat(32)] },
    consent: { coordinators: ["a2".repeat(32)], lawyers: ["b2".repeat(32)], recovery: ["c2".repeat(32)] },
    identity: { lawyers: ["b3".repeat(32)], recovery: ["c3".repeat(32)], granted: ["d3".repeat(32)] },
  };
  const station = stationWith({ testimonies: [{ tid: TID, key, heads }] });
  await taking(station, { lawyersKeep: true });
  assert.equal(station.asked.length, 3);
  assert.deepEqual(valueOf(decodeSigned(station.asked[2])).scope, ["a1", "a2", "d1"].map((two) => two.repeat(32)));
  assert.equal(headsClosedBy(["P11"], heads).length, 0);
  assert.equal(headsClosedBy(["P01"], heads).length, 10);
});

test("nothing is signed for a choice of heads where none is known", async () => {
  const station = stationWith({});
  await assert.rejects(taking(station, { lawyersKeep: true }), { name: "NothingHere" });
  assert.equal(station.asked.length, 1);
});

test("what was taken back before is not sent again", async () => {
  const station = stationWith({ testimonies: [{ tid: TID, key, heads: {} }], withdrawal: "0".repeat(64), reach: { headquarters: true, desks: false } });
  assert.deepEqual((await taking(station)).reach, { headquarters: true, desks: false });
  assert.equal(station.asked.length, 1);
});

test("without a durable receipt for just what was sent it is not done", async () => {
  for (const receipt of [{ record: "0".repeat(64) }, { durable: false }]) {
    await assert.rejects(taking(stationWith({ testimonies: [{ tid: TID, key, heads: {} }] }, { receipt })), { name: "NoReceipt" });
  }
});

test("neither code nor seed is among what is sent, and the seed is overwritten, also when the station fails", async () => {
  let seeds;
  const watched = { ...signing, withdrawalKeys: async (...args) => {
    const found = await signing.withdrawalKeys(...args);
    seeds = found.map(({ seed }) => seed);
    return found;
  } };
  const station = stationWith({});
  await taking(station, { signing: watched });
  const sent = station.asked.map((one) => (Array.isArray(one) ? one.join() : new TextDecoder().decode(one))).join();
  assert.ok(!sent.includes(code) && !sent.includes(code.slice(0, 10)));
  assert.ok(seeds.length === 6 && seeds.every((seed) => seed.every((byte) => byte === 0)));
  await assert.rejects(taking({ find: () => Promise.reject(new Error("away")) }, { signing: watched }), { message: "away" });
  assert.ok(seeds.length === 6 && seeds.every((seed) => seed.every((byte) => byte === 0)));
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
