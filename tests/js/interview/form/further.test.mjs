/** Another event of the same witness: what goes on, what is asked anew, and what is never kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { comingBack, furtherOf, packedKeys } from "../../../../testimony/web/static/js/interview/form/further.js";

const DEFINITION = {
  fields: {
    n_text: { compartment: "narrative" }, w_age: { compartment: "incident" }, w_prev: { compartment: "incident" },
    w_name: { compartment: "identity" }, i_date: { compartment: "incident" }, w_lang: { compartment: "narrative" },
    cs_age: { compartment: "consent" }, w_role: { compartment: "incident" },
  },
};
const PROMPTS = [
  { id: "urgent", when: ["has", "safety_urgent", "yes"], silences: [] },
  { id: "missing", when: ["answered", "i_date"], silences: [] },
];
const PAGE = { definition: DEFINITION, prompts: PROMPTS };
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
  const next = furtherOf(sealedState(), PAGE, MANIFEST);
  assert.deepEqual(Object.keys(next.answers).sort(), ["code_given", "cs_age", "known", "purpose_P01", "told_01", "w_age", "w_lang", "w_name"]);
  assert.deepEqual(next.code, { code: null, publicHex: "k1", further: ["k2"] });
  assert.deepEqual([next.further, next.consent, next.heard, next.said], [MANIFEST, [{ purpose: "P01", event: "GRANT" }], { told_01: "en" }, { roster: "ab" }]);
  assert.ok(!JSON.stringify(next).includes("1234567890") && !JSON.stringify(next).includes("river") && !("pictures" in next) && !("card" in next));
});

test("what the witness said of themselves is known; how they relate to the event is asked of each event", () => {
  const state = sealedState();
  const next = furtherOf({ ...state, answers: { ...state.answers, w_role: given("victim") } }, PAGE, MANIFEST);
  assert.deepEqual(next.answers.known.value.sort(), ["cs_age", "w_age", "w_lang", "w_name"]);
  assert.ok(!("w_role" in next.answers));
});

test("how the form of the earlier event was walked does not go on", () => {
  const walked = { rest: given(["contact"]), code_rest: given("desk"), none_violence: given(["v_acts"]), pace: given("all"), page_uses: given(["P05"]) };
  const state = sealedState();
  const { answers } = furtherOf({ ...state, answers: { ...state.answers, ...walked } }, PAGE, MANIFEST);
  assert.deepEqual(Object.keys(walked).filter((id) => id in answers), ["pace", "page_uses"]);
});

test("an offer of help is made once for the person, and again where the next event calls for it", () => {
  const state = sealedState();
  const asked = { answers: { ...state.answers, safety_urgent: given("yes") }, prompted: ["missing", "urgent"], help: { clinic: "accepted" } };
  const next = furtherOf({ ...state, ...asked }, PAGE, MANIFEST);
  assert.deepEqual([next.prompted, next.help], [["urgent"], { clinic: "accepted" }]);
});

test("each event has the next key, and after the last one there is none", () => {
  const second = furtherOf(sealedState(), PAGE, MANIFEST);
  const third = furtherOf({ ...second, partial: false }, PAGE, MANIFEST);
  assert.deepEqual([second, third].map(({ code }) => code.publicHex), ["k1", "k2"]);
  assert.equal(furtherOf({ ...third, partial: false }, PAGE, MANIFEST), null);
});

test("who has no code tells of another event without one; who was stopped does not go on", () => {
  assert.equal(furtherOf(sealedState({ code: null }), PAGE, MANIFEST).code, null);
  assert.equal(furtherOf(sealedState({ partial: true }), PAGE, MANIFEST), null);
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
  furtherOf(state, PAGE, MANIFEST).answers.w_age.value = "other";
  assert.equal(state.answers.w_age.value, "a25to34");
});
