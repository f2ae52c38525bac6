import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isOrganisation } from "../../testimony/web/static/js/sealing/roster/organisation.js";

const { cases } = JSON.parse(readFileSync(new URL("../vectors/organisation.json", import.meta.url), "utf8"));

test("the phone takes in what the node takes in of an organisation, and nothing else", () => {
  for (const { name, value, valid } of cases) assert.equal(isOrganisation(value), valid, name);
});
