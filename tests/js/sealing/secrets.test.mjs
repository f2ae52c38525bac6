/** Passphrases, withdrawal codes and drafts: opened by the right secret alone. */

import * as sealing from "../../../testimony/web/static/js/sealing/index.js";
import { damm, digitsFrom } from "./support/codes.mjs";
import { assert, test } from "./support/harness.mjs";

const ids = { person: "interviewer-1", device: "phone-1" };
const seeds = { interviewer: new Uint8Array(32).fill(1), device: new Uint8Array(32).fill(2) };
const salt = new Uint8Array(16).fill(3);
const draftId = "00".repeat(16);

test("locked seeds open under their passphrase, however the keyboard composes it", async () => {
  const locked = await sealing.lock(seeds, "caf\u00e9 \u2460 naïve", ids);
  assert.same(await sealing.unlock(locked, " cafe\u0301 1 nai\u0308ve\u00a0"), seeds);
  await assert.rejects(sealing.unlock(locked, "cafe 1 naive"), "passphrase.wrong");
});

test("locked seeds cannot be moved to another person, weakened or changed", async () => {
  const locked = await sealing.lock(seeds, "six words", ids);
  const weaker = { ...locked, argon2id: { ...locked.argon2id, m_kib: 8 } };
  const flipped = (locked.ct.startsWith("0") ? "1" : "0") + locked.ct.slice(1);
  for (const changed of [{ ...locked, person: "interviewer-2" }, weaker, { ...locked, ct: flipped }, { ...locked, v: "x" }, {}, null]) {
    await assert.rejects(sealing.unlock(changed, "six words"), "passphrase.wrong");
  }
});

test("nothing of a key shows in what is printed of it", () => {
  const seed = new Uint8Array(32).fill(7);
  const key = sealing.openingKey(seed);
  assert.same(JSON.stringify(key), "{}");
  assert.same(Object.keys(key), []);
});

test("a withdrawal code is 25 digits whose check digit finds every wrong digit and every swap of neighbours", async () => {
  const { code, publicHex } = await sealing.newWithdrawalCode("ab".repeat(32));
  assert.ok(/^[0-9]{25}$/.test(code) && sealing.isWithdrawalCode(code) && damm(code) === 0);
  const spaced = code.replace(/(.{5})(?=.)/g, "$1 ");
  assert.same((await sealing.withdrawalKeys(digitsFrom(spaced, "٠"), "ab".repeat(32)))[0].publicHex, publicHex);
  for (let i = 0; i < 25; i += 1) {
    for (let digit = 0; digit < 10; digit += 1) {
      if (String(digit) !== code[i]) assert.ok(!sealing.isWithdrawalCode(code.slice(0, i) + digit + code.slice(i + 1)));
    }
    if (i < 24 && code[i] !== code[i + 1]) assert.ok(!sealing.isWithdrawalCode(code.slice(0, i) + code[i + 1] + code[i] + code.slice(i + 2)));
  }
  for (const wrong of ["", code.slice(1), `${code}0`, code.replace(/.$/, "x")]) assert.ok(!sealing.isWithdrawalCode(wrong));
  assert.ok((await sealing.withdrawalKeys(code, "cd".repeat(32)))[0].publicHex !== publicHex);
});

test("a draft needs passphrase and node share, both", async () => {
  const root = sealing.newDraftRoot();
  const stretched = await sealing.argon2id("six words", salt);
  const share = new Uint8Array(32).fill(9);
  const wrapped = await sealing.wrapRoot(root, await sealing.kekOf(stretched, share, salt));
  assert.same(await sealing.unwrapRoot(wrapped, await sealing.kekOf(stretched, share, salt)), root);
  await assert.rejects(sealing.unwrapRoot(wrapped, await sealing.kekOf(stretched, null, salt)), "passphrase.wrong");
  const other = await sealing.argon2id("six word", salt);
  await assert.rejects(sealing.unwrapRoot(wrapped, await sealing.kekOf(other, share, salt)), "passphrase.wrong");
});

test("a snapshot opens for its draft and number only, and its length tells nothing of what was typed", async () => {
  const root = sealing.newDraftRoot();
  const value = { answers: { narrative: "سألوني \u2028 \"x\"", note: 1.5 } };
  const bytes = await sealing.sealSnapshot(root, draftId, 7, value);
  assert.same(await sealing.openSnapshot(root, draftId, 7, bytes), value);
  await assert.rejects(sealing.openSnapshot(root, draftId, 8, bytes), "altered");
  await assert.rejects(sealing.openSnapshot(root, "11".repeat(16), 7, bytes), "altered");
  await assert.rejects(sealing.openSnapshot(sealing.newDraftRoot(), draftId, 7, bytes), "altered");
  assert.same((await sealing.sealSnapshot(root, draftId, 8, {})).length, bytes.length);
});
