/** What an earlier answer gives is not asked again, and what somebody answered otherwise stays. */

import assert from "node:assert/strict";
import test from "node:test";

import { allFollowing, followingFrom, isFilled } from "../../../../testimony/web/static/js/interview/form/filled.js";

test("the language of the talk is the one that the witness chose", () => {
  assert.deepEqual(followingFrom("witness_language", undefined, { witness_language: { value: "prs" } }), { w_lang: { value: "prs" } });
});

test("a known border says both States, and a corrected border corrects them", () => {
  const answers = { i_segment: { value: "HRV-BIH:north" } };
  assert.deepEqual(followingFrom("i_segment", undefined, answers), { i_from: { value: "HRV" }, i_to: { value: "BIH" } });
  const corrected = { i_segment: { value: "GRC-TUR:evros" }, i_from: { value: "HRV" }, i_to: { value: "SRB" } };
  assert.deepEqual(followingFrom("i_segment", { value: "HRV-BIH:north" }, corrected), { i_from: { value: "GRC" } });
});

test("a border that is not known opens the States again, and leaves what the witness said of them", () => {
  const unknown = { i_segment: { missing: "unk" }, i_from: { value: "HRV" }, i_to: { value: "SRB" } };
  assert.deepEqual(followingFrom("i_segment", { value: "HRV-BIH:north" }, unknown), { i_from: undefined });
});

test("a reason for no answer is not filled over", () => {
  assert.deepEqual(followingFrom("i_segment", undefined, { i_segment: { value: "HRV-BIH:all" }, i_from: { missing: "ref" } }), { i_to: { value: "BIH" } });
});

test("of the ages at consent only the youngest says the age band", () => {
  assert.deepEqual(followingFrom("cs_age", undefined, { cs_age: { value: "under12" } }), { w_age: { value: "a0to11" } });
  assert.deepEqual(followingFrom("cs_age", { value: "under12" }, { cs_age: { value: "adult" }, w_age: { value: "a0to11" } }), { w_age: undefined });
});

const NOT_SAID = { d_dead: undefined, d_missing: undefined, g_boys: undefined, g_girls: undefined, g_uasc: undefined };

test("who says that nobody died or is missing, or that there were no children, counted them", () => {
  const none = { value: 0 };
  assert.deepEqual(followingFrom("d_any", undefined, { d_any: { value: "no" } }), { d_dead: none, d_missing: none });
  assert.deepEqual(followingFrom("g_child", undefined, { g_child: { value: "no" } }), { g_boys: none, g_girls: none, g_uasc: none });
  assert.deepEqual(followingFrom("d_any", { value: "no" }, { d_any: { value: "yes" }, d_dead: none, d_missing: { value: 2 } }), { d_dead: undefined });
  assert.deepEqual(followingFrom("d_any", undefined, { d_any: { missing: "unk" } }), { d_dead: undefined, d_missing: undefined });
  assert.ok(isFilled("d_dead", { d_any: { value: "no" }, d_dead: none }));
});

test("a draft of an earlier page gets what follows from all its answers", () => {
  const answers = { witness_language: { value: "ar" }, i_segment: { value: "HRV-BIH:all" }, i_to: { value: "SRB" } };
  assert.deepEqual(allFollowing(answers), { ...NOT_SAID, w_lang: { value: "ar" }, w_age: undefined, i_from: { value: "HRV" } });
});

test("an answer is filled while it says the same as the earlier one", () => {
  assert.ok(isFilled("i_to", { i_segment: { value: "HRV-BIH:all" }, i_to: { value: "BIH" } }));
  assert.ok(!isFilled("i_to", { i_segment: { value: "HRV-BIH:all" }, i_to: { value: "SRB" } }));
  assert.ok(!isFilled("w_nat", { w_nat: { value: "AFG" } }));
});
