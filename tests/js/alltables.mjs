/** Every set of purposes through the reader table, for pytest: stdin {purposes} -> stdout {tables: [distinct], of: [index of each set]}. */
import { readFileSync } from "node:fs";
import { effective, readers } from "../../testimony/web/static/js/interview/consent/compartments.js";

const { purposes } = JSON.parse(readFileSync(0, "utf8"));
const tables = new Map();
const numberOf = (table) => tables.get(table) ?? (tables.set(table, tables.size), tables.size - 1);
const setOf = (mask) => purposes.filter((_, at) => mask & (1 << at));
const outcome = (set) => JSON.stringify([readers(set), effective(set).sort()]);
const of = Array.from({ length: 2 ** purposes.length }, (_, mask) => numberOf(outcome(setOf(mask))));
process.stdout.write(JSON.stringify({ tables: [...tables.keys()], of }));
