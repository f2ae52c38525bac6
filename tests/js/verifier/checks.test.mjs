/** The archive that is kept for ever is checked by the page as by the program, and a later version's is refused. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { sixWords, wordsOf } from "../../../testimony/web/verifier/archive/checks.js";
import { checked } from "../support/archives.mjs";

const kept = async (name) => readFile(new URL(`../../vectors/archives/${name}`, import.meta.url));
const first = await kept("first.zip");
const failing = (found) => found.filter(([, holds]) => holds === "no").map(([code]) => code);

test("the first archive holds, each finding as it was", async () => {
  assert.deepEqual(await checked(first), JSON.parse(await kept("first.json")));
});

test("time stamps and cosignatures hold, each finding as it was", async () => {
  assert.deepEqual(await checked(await kept("seen.zip")), JSON.parse(await kept("seen.json")));
});

test("what is in clear is handed out only where it holds", async () => {
  const shown = [];
  await checked(first, shown);
  assert.deepEqual(shown.map(({ part }) => part), ["coded", "narrative", "provenance"]);
  const spoiled = Buffer.from(first);
  spoiled[spoiled.indexOf("On the river")] ^= 1;
  const nothing = [];
  assert.deepEqual(failing(await checked(spoiled, nothing)), ["list.damaged"]);
  assert.deepEqual(nothing, []);
});

test("a file that is cut off, longer or newer is refused", async () => {
  assert.deepEqual(failing(await checked(first.subarray(0, -1))), ["file.truncated"]);
  assert.deepEqual(failing(await checked(Buffer.concat([first, Buffer.of(0)]))), ["file.truncated"]);
  assert.deepEqual(failing(await checked(await kept("newer.zip"))), ["file.newer"]);
});

test("the short form of the word list gives the list", () => {
  assert.deepEqual(wordsOf("0abacus3domen7inal0yo-yo"), ["abacus", "abadomen", "abadomeinal", "yo-yo"]);
  assert.equal(sixWords("0".repeat(64), ["one", "two"]), "one one one one one one");
});
