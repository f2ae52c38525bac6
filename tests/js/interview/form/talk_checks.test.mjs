/** What is said of the talk itself is asked about once where it hardly goes together. */

import assert from "node:assert/strict";
import test from "node:test";

import { unlikelyInTalk } from "../../../../testimony/web/static/js/interview/form/talk_checks.js";

const setting = ["interpreter", "cs_present", "cs_capacity"];
const checks = (fields, interpreter, present) =>
  unlikelyInTalk(fields, { interpreter: { value: interpreter }, cs_present: { value: present } }).map(({ check, kind }) => [check, kind]);

test("an interpreter who helps while nobody else is present is asked about, on the card that says so", () => {
  assert.deepEqual(checks(setting, "yes", ["none"]), [["interpreter_absent", "ask"]]);
  assert.deepEqual(checks(["cs_mode"], "yes", ["none"]), []);
});

test("an interpreter who is present, or none who helps, is no question", () => {
  assert.deepEqual(checks(setting, "yes", ["interpreter"]), []);
  assert.deepEqual(checks(setting, "no", ["none"]), []);
  assert.deepEqual(unlikelyInTalk(setting, {}), []);
});
