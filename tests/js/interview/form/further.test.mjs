/** Another event of the same witness: what goes on, what is asked anew, and what is never kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { comingBack, furtherOf, packedKeys } from "../../../../testimony/web/static/js/interview/form/further.js";

const DEFINITION = {
  fields: {
    n_text: { compartment: "narrative" }, w_age: { compartment: "incident" }, w_prev: { compartment: "incident" },
    w_name: { compartment: "identity" }, i_date: { compartment: "incident" }, w_lang: { compartment: "narrative" },
    cs_age: { compartment: "consent" },
  },
};
const given = (value) => ({ value });
const sealedState = (changes = {}) => ({
  answers: {
    told_01: given("said"), purpose_P01: given("yes"), cs_age: given("adult"), code_given: given("given"), n_text: given("By the river"),
    w_age: given("a25to34"), w_prev: given("none"), w_name: given("Karim Beispiel"), w_lang: given("prs"), i_date: given("2020-10"),
  },
  consent: [{ purpose: "P01", event: "GRANT" }], heard: { told_01: "en" }, said: { roster: "ab" }, partial: false,
  code: { code: "1234567890123456789012346", publicHex: "k0", further: ["k1", "k2"] }, pictures: { one: "face" }, card: "finish", ...changes,
});
const MANIFEST = "cd".repeat(32);

test("the consent and the person go on; the story, its facts and the digits of the code do not", () => {
  const next = furtherOf(sealedState(), DEFINITION, MANIFEST);
  assert.deepEqual(Object.keys(next.answers).sort(), ["code_given", "cs_age", "purpose_P01", "told_01", "w_age", "w_lang", "w_name"]);
  assert.deepEqual(next.code, { code: null, publicHex: "k1", further: ["k2"] });
  assert.deepEqual([next.further, next.consent, next.heard, next.said], [MANIFEST, [{ purpose: "P01", event: "GRANT" }], { told_01: "en" }, { roster: "ab" }]);
  assert.ok(!JSON.stringify(next).includes("1234567890") && !JSON.stringify(next).includes("river") && !("pictures" in next) && !("card" in next));
});

test("each event has the next key, and after the last one there is none", () => {
  const second = furtherOf(sealedState(), DEFINITION, MANIFEST);
  const third = furtherOf({ ...second, partial: false }, DEFINITION, MANIFEST);
  assert.deepEqual([second, third].map(({ code }) => code.publicHex), ["k1", "k2"]);
  assert.equal(furtherOf({ ...third, partial: false }, DEFINITION, MANIFEST), null);
});

test("who has no code tells of another event without one; who was stopped does not go on", () => {
  assert.equal(furtherOf(sealedState({ code: null }), DEFINITION, MANIFEST).code, null);
  assert.equal(furtherOf(sealedState({ partial: true }), DEFINITION, MANIFEST), null);
});

test("a witness who comes back has the next key, out of a note of one row", () => {
  const keys = Array.from({ length: 5 }, (_, at) => `${at}a`.repeat(32));
  const packed = packedKeys(keys);
  assert.ok(packed.length <= 216);
  assert.deepEqual(comingBack(packed, MANIFEST), { code: { code: null, publicHex: keys[0], further: keys.slice(1) }, further: MANIFEST });
  assert.deepEqual([packedKeys([]), packedKeys(undefined)], ["", ""]);
  assert.deepEqual(comingBack(packedKeys(keys.slice(4)), MANIFEST).code, { code: null, publicHex: keys[4], further: [] });
});

test("what follows shares nothing with what was sealed", () => {
  const state = sealedState();
  furtherOf(state, DEFINITION, MANIFEST).answers.w_age.value = "other";
  assert.equal(state.answers.w_age.value, "a25to34");
});
