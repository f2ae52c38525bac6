/** Whether the page's checks find in every archive of a folder what Python's found: `expected.json` says what that was. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { checked } from "./support/archives.mjs";

const folder = process.argv[2];
const expected = JSON.parse(await readFile(join(folder, "expected.json"), "utf8"));
for (const [file, [kind, findings]] of Object.entries(expected)) {
  assert.deepEqual(await checked(await readFile(join(folder, file))), findings, kind);
}
console.log(`${Object.keys(expected).length} archives alike`);
