/** The provenance says of each question how far its sentence was checked, in the language in which it was asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { statesAsked } from "../../../../testimony/web/static/js/interview/consent/asked_questions.js";

const STATES = { prs: { rest: "draft", others: { g_size: "heard" } }, tr: { rest: "checked", others: {} } };
const SAID = ["w_role", "i_held", "g_size", "v_acts", "a_expr"];
const value = (held) => ({ value: held });

test("each question that was answered stands under the state of its sentence", () => {
  const answers = { w_role: value("victim"), g_size: value(7), a_expr: { missing: "unk" }, w_lang: value("prs") };
  const askedIn = { w_role: "prs", g_size: "prs", a_expr: "prs", w_lang: "prs" };
  assert.deepEqual(statesAsked(SAID, answers, askedIn, STATES), { prs: { draft: ["w_role", "a_expr"], heard: ["g_size"] } });
});

test("a witness who went on in another language was asked in both", () => {
  const answers = { w_role: value("victim"), g_size: value(7) };
  assert.deepEqual(statesAsked(SAID, answers, { w_role: "prs", g_size: "tr" }, STATES), { prs: { draft: ["w_role"] }, tr: { checked: ["g_size"] } });
});

test("what was not asked, what an earlier page did not note, and a language without sentences say nothing", () => {
  const answers = { w_role: { missing: "nask" }, i_held: value("lt1h"), g_size: value(7), v_acts: value([]) };
  assert.deepEqual(statesAsked(SAID, answers, { w_role: "prs", g_size: "om", v_acts: "prs" }, STATES), {});
});
