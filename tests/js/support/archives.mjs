/** An archive as the page checks it. */

import { readFile } from "node:fs/promises";

import { examine, sixWords } from "../../../testimony/web/verifier/archive/checks.js";

const lines = (await readFile(new URL("../../../testimony/sealing/keys/words/eff_large_wordlist.txt", import.meta.url), "utf8")).trim().split("\n");
const LIST = lines.map((line) => line.split("\t")[1]);

/** [[code, holds, tid, values], …]; `shown` gets the parts in clear. */
export const checked = async (bytes, shown = []) => {
  const found = [];
  const words = (fingerprint) => sixWords(fingerprint, LIST);
  for await (const { code, holds, tid, values } of examine(bytes instanceof Blob ? bytes : new Blob([bytes]), { words, shown })) found.push([code, holds, tid, values]);
  return found;
};
