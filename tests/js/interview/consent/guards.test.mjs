import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { obstacles } from "../../../../testimony/web/static/js/interview/consent/guards.js";

const { cases, told } = JSON.parse(readFileSync(new URL("../../../vectors/guards.json", import.meta.url), "utf8"));

for (const { name, purpose, circumstances, obstacles: expected } of cases) {
  test(`guards: ${name}`, () => assert.deepEqual(obstacles(circumstances, purpose, told), expected));
}
