/** The provenance says of each question how far its sentence was checked, in the language in which it was asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { statesAsked } from "../../../../testimony/web/static/js/interview/consent/asked_questions.js";

const STATES = { prs: { rest: "draft", others: { g_size: "heard" } }, tr: { rest: "checked", others: {} } };

test("each question that was answered stands under the state of its sentence", () => {
  const askedIn = { w_role: "prs", g_size: "prs", a_expr: "prs", w_lang: "prs" };
  assert.deepEqual(statesAsked(["w_role", "g_size", "a_expr"], askedIn, STATES), { prs: { draft: ["w_role", "a_expr"], heard: ["g_size"] } });
});

test("a witness who went on in another language was asked in both", () => {
  assert.deepEqual(statesAsked(["w_role", "g_size"], { w_role: "prs", g_size: "tr" }, STATES), { prs: { draft: ["w_role"] }, tr: { checked: ["g_size"] } });
});

test("what an earlier page did not note, and a language without sentences say nothing", () => {
  assert.deepEqual(statesAsked(["i_held", "g_size"], { g_size: "om" }, STATES), {});
});
