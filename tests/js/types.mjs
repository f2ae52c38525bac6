/** Check the types of our scripts by tsc, as tsconfig.json says; what tsc finds in vendored files is others' and not told. */

import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const tsc = join(here, "node_modules/typescript/bin/tsc");
const { stdout, stderr, status, error } = spawnSync(process.execPath, [tsc, "--project", "tsconfig.json", "--pretty", "false"], { cwd: here, encoding: "utf8" });
if (error) throw error;

/** A finding begins in the first column; what explains it is indented below. */
const findings = stdout.split(/\n(?=\S)/).filter((text) => text.trim() !== "");
const ours = findings.filter((text) => !/^\S*\/static\/vendor\//.test(text));
process.stderr.write(stderr);
if (ours.length > 0) console.log(ours.join("\n"));
process.exitCode = ours.length > 0 || stderr !== "" || (status !== 0 && findings.length === 0) ? 1 : 0;
