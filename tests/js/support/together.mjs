/** Runs suites in one process: `node together.mjs SUITE…`. What they import is loaded once. */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

for (const suite of process.argv.slice(2)) await import(pathToFileURL(resolve(suite)).href);
