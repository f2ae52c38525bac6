import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { given, lacksLawyers, narrow, readers } from "../../../../testimony/web/static/js/interview/consent/compartments.js";

const { cases, policies, lawyers, given: gifts } = JSON.parse(readFileSync(new URL("../../../vectors/readers.json", import.meta.url), "utf8"));

test("each set of purposes opens exactly what the table says", () => {
  for (const { purposes, table } of cases) assert.deepEqual(readers(purposes), table, purposes.join());
});

test("a policy may only narrow", () => {
  for (const { name, purposes, policy, table } of policies) assert.deepEqual(narrow(readers(purposes), policy), table, name);
});

test("where lawyers read there are at least two", () => {
  for (const { purposes, active, lacks } of lawyers) assert.equal(lacksLawyers(readers(purposes), active), lacks, `${purposes} ${active}`);
});

test("each recipient is given what its purpose says, for its own time, and nothing where a prerequisite lacks", () => {
  for (const { name, keys, day, given: expected } of gifts) assert.deepEqual(given(keys, day), expected, name);
});
