/** What the invented witness says: a line for every question that a practice asks, in each language of the witness. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { comparable, lineFor } from "../../../../testimony/web/static/js/interview/practice/witness_lines.js";

const read = (path) => JSON.parse(readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8"));
const witness = read("testimony/questionnaire/practice_witness.json");
const form = read("testimony/questionnaire/form.json");
const lines = { ...witness.lines, ...witness.facts };

test("a question has its own line, a use of no line the witness's no, and a fact of no line that nothing is known", () => {
  const said = { other: "other", purpose: "no", purpose_P01: "yes", g_size: "seven" };
  assert.equal(lineFor(said, { field: "g_size", coded: true }), "seven");
  assert.equal(lineFor(said, { field: "w_ethnic", coded: true }), "other");
  assert.equal(lineFor(said, { field: "purpose_P01", purpose: "P01" }), "yes");
  assert.equal(lineFor(said, { field: "purpose_P07-office", purpose: "P07" }), "no");
  assert.equal(lineFor(said, { field: "purpose_P01-office", purpose: "P01" }), "yes");
  assert.equal(lineFor(said, { field: "interpreter_name" }), null);
});

test("everything on the default path that this witness is asked has a line of its own", () => {
  const elsewhere = ["h_act", "p_interp", "p_decision", "p_appeal", "p_suspend", "k_charge", "g_boys", "v_kids"]; // the story does not lead there
  const asked = form.path.map(({ field }) => field).filter((field) => !elsewhere.includes(field));
  assert.deepEqual(asked.filter((field) => !(field in lines)), []);
});

test("each line is there in English, French and Arabic", () => {
  const lacking = Object.entries(lines).filter(([, said]) => !["en", "fr", "ar"].every((lang) => said[lang]?.trim()));
  assert.deepEqual(lacking, []);
});

test("only the facts that were asked are compared, in the order of the story", () => {
  const told = { lines: { a: "one", b: "two", c: "three" }, facts: ["a", "b", "c"] };
  assert.deepEqual(comparable(told, ["c", "x", "a"]), [{ field: "a", line: "one" }, { field: "c", line: "three" }]);
});
