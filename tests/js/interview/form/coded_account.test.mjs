import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generalise } from "../../../../testimony/web/static/js/interview/form/coded_account.js";

const load = (name) => JSON.parse(readFileSync(new URL(`../../../vectors/${name}.json`, import.meta.url), "utf8"));
const form = load("form");

for (const { name, answers, coded } of load("coded").cases) {
  test(`coded: ${name}`, () => assert.deepEqual(generalise(answers, form), coded));
}
