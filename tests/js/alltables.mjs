/**
 * Every set of purposes, or one of `step`, through the reader table, for pytest: stdin {purposes, step} -> stdout
 * {tables: [distinct], of: [index of each set]}.
 */
import { readFileSync } from "node:fs";
import { effective, readers } from "../../testimony/web/static/js/interview/consent/compartments.js";

const { purposes, step } = JSON.parse(readFileSync(0, "utf8"));
const tables = new Map();
const numberOf = (table) => tables.get(table) ?? (tables.set(table, tables.size), tables.size - 1);
const setOf = (mask) => purposes.filter((_, at) => mask & (1 << at));
const outcome = (set) => JSON.stringify([readers(set), effective(set).sort()]);
const length = Math.ceil(2 ** purposes.length / step);
const of = Array.from({ length }, (_, number) => numberOf(outcome(setOf(number * step))));
process.stdout.write(JSON.stringify({ tables: [...tables.keys()], of }));
