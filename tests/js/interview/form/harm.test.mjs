/** Help is due once, with the answer that calls for it, and some questions are then not asked any more. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { due, silenced } from "../../../../testimony/web/static/js/interview/form/harm.js";

const { prompts: raw } = JSON.parse(readFileSync(new URL("../../../../testimony/questionnaire/prompts.json", import.meta.url), "utf8"));
const prompts = raw.map((one) => ({ silences: [], ...one }));

test("nothing is due while nothing calls for it", () => {
  assert.deepEqual(due(prompts, {}), []);
  assert.deepEqual(due(prompts, { safety_urgent: { value: "no" }, v_acts: { value: ["beat"] }, v_injury: { value: ["none"] }, d_missing: { value: 0 } }), []);
});

for (const [name, answers] of Object.entries({
  urgent: { safety_urgent: { value: "yes" } },
  return: { safety_return: { value: "yes" } },
  child: { cs_age: { value: "alone" } },
  sexual: { v_acts: { value: ["beat", "sexual"] } },
  medical: { v_injury: { value: ["cold"] } },
  missing: { d_missing: { value: 2 } },
})) test(`${name} is due with its answer, and once`, () => {
  assert.deepEqual(due(prompts, answers), [name]);
  assert.deepEqual(due(prompts, answers, [name]), []);
});

test("pregnancy and cold call for a doctor, a child alone in the account for protection", () => {
  assert.deepEqual(due(prompts, { w_vuln: { value: ["preg"] } }), ["medical"]);
  assert.deepEqual(due(prompts, { w_vuln: { value: ["uasc"] } }), ["child"]);
});

test("after sexual violence no detail of violence is asked, and nothing else leaves", () => {
  const gone = silenced(prompts, { v_acts: { value: ["sexual"] } });
  for (const field of ["v_other", "v_stage", "v_kids", "v_injury"]) assert.ok(gone.has(field), field);
  assert.ok(!gone.has("v_acts") && !gone.has("x_actors"));
  assert.equal(silenced(prompts, { v_acts: { value: ["beat"] } }).size, 0);
});
