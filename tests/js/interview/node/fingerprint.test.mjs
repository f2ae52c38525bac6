/** The fingerprint in words is the same on the phone and on the coordinator's paper. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fingerprintWords, inFours } from "../../../../testimony/web/static/js/interview/node/fingerprint.js";

const vectors = JSON.parse(await readFile(new URL("../../../vectors/fingerprint.json", import.meta.url), "utf8"));
const file = await readFile(new URL("../../../../testimony/sealing/keys/words/eff_large_wordlist.txt", import.meta.url), "utf8");
const list = file.trim().split("\n").map((line) => line.split("\t")[1]);

test("six words, as Python says them", () => {
  for (const [print, words] of Object.entries(vectors.words)) assert.equal(fingerprintWords(print, list), words, print);
});

test("hex is read out four by four", () => assert.equal(inFours("0123456789ab"), "0123 4567 89ab"));
