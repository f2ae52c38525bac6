/** What the page's checks find in each archive of a folder, for pytest: [[file, [[code, holds, tid, values], …]], …] on standard output. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { checked } from "./support/archives.mjs";

const folder = process.argv[2];
const answers = [];
for (const file of (await readdir(folder)).filter((name) => name.endsWith(".zip")).sort()) {
  answers.push([file, await checked(await readFile(join(folder, file)))]);
}
process.stdout.write(JSON.stringify(answers));
