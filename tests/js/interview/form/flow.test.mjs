/** The order of the cards: where one stands, what comes next, where it ends. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { after, before, isRefused, lacking, pastOptional, pathOf, progress, STOPS, unfinished } from "../../../../testimony/web/static/js/interview/form/flow.js";

const card = (id, section, required = [], when = true) => ({ id, section, required, when, coded: false });
const CARDS = [card("one", "a", ["x"]), card("refused", "a"), card("two", "b", ["y"]), card("three", "b"), card("four", "b"), card("five", "c", ["z"])];
const all = CARDS.filter(({ id }) => id !== "refused");

test("a card that does not apply is left out", () => {
  assert.deepEqual(pathOf(CARDS, ({ id }) => id !== "refused" && id !== "two").map(({ id }) => id), ["one", "three", "four", "five"]);
});

test("nothing follows an end while it applies", () => {
  assert.deepEqual(pathOf(CARDS, () => true).map(({ id }) => id), ["one", "refused"]);
});

test("next and back follow the path, also from a card that is on it no more", () => {
  assert.equal(after(all, CARDS, "one").id, "two");
  assert.equal(before(all, CARDS, "two").id, "one");
  assert.equal(after(all, CARDS, "refused").id, "two");
  assert.equal(before(all, CARDS, "refused").id, "one");
  assert.equal(after(all, CARDS, "five"), null);
  assert.equal(before(all, CARDS, "one"), null);
});

test("what is required and unanswered is named, a reason counts as an answer", () => {
  assert.deepEqual(unfinished(all, { x: { value: "yes" }, y: { missing: "ref" } }).map(({ id }) => id), ["five"]);
  assert.deepEqual(lacking(CARDS[0], { x: { value: "" } }), ["x"]);
});

test("skipping what is optional stops at the next required card and at the end of the section", () => {
  assert.equal(pastOptional(all, "three").id, "five");
  assert.equal(pastOptional(all, "one").id, "two");
  assert.equal(pastOptional(all, "five"), null);
});

test("a field that is asked only under a condition is lacking only then", () => {
  const line = { ...card("lines", "purposes", ["x", "y"]), only: { y: ["has", "x", "yes"] } };
  assert.deepEqual(lacking(line, { x: { value: "no" } }), []);
  assert.deepEqual(lacking(line, { x: { value: "yes" } }), ["y"]);
});

test("each section belongs to a stop, and the stops follow one another", () => {
  const cards = [card("safety", "start"), card("told-1", "told"), card("uses-counted", "purposes"), card("teach-1", "teach"), card("talk-how", "talk"), card("n_text", "account"), card("i_type", "event"), card("referrals", "closing"), card("rest", "closing"), card("review", "closing"), card("readers", "closing"), card("finish", "closing")];
  assert.deepEqual(cards.map((each) => progress(each).at), [1, 2, 3, 3, 3, 4, 5, 5, 5, 6, 7, 7]);
  assert.deepEqual(progress(card("i_type", "event")), { stop: "facts", at: STOPS.indexOf("facts") + 1 });
  assert.equal(progress({ ...card("w_ethnic", "account"), more: true }).stop, "facts");
});

test("a card with an answer that cannot be is not finished", () => {
  const coded = CARDS.map((each) => ({ ...each, coded: true }));
  const answers = { x: { value: 1 }, y: { value: 1 }, z: { value: 1 } };
  assert.deepEqual(unfinished(coded, answers, ["three"]).map(({ id }) => id), ["three"]);
  assert.deepEqual(unfinished(coded, answers), []);
});

/** The cards of a refusal as the page has them: {id: condition}. */
const refusals = () => {
  const template = readFileSync(new URL("../../../../testimony/web/templates/interview/_consent.html", import.meta.url), "utf8");
  return Object.fromEntries([...template.matchAll(/refused\("([a-z-]+)", '(.+?)'/g)].map(([, id, when]) => [id, JSON.parse(when)]));
};

const child = (age, given) => Object.fromEntries(Object.entries({ cs_age: age, ...given }).map(([field, value]) => [field, { value }]));
const AGREED = { cs_guardian: "yes", cs_assent: "yes", purpose_P01: "yes" };
for (const [what, answers, refused] of [
  ["a child that agreed and then says no", child("minor", { ...AGREED, cs_assent: "no" }), true],
  ["a child that says no before the place becomes unsafe", child("minor", { ...AGREED, cs_assent: "no", safety_officer: "yes" }), true],
  ["a child alone that says no where somebody listens", child("alone", { cs_assent: "no", purpose_P01: "yes", safety_private: "no" }), true],
  ["a guardian that says no after the child agreed", child("minor", { ...AGREED, cs_guardian: "no", safety_officer: "yes" }), true],
  ["a child that said no and then agrees", child("minor", { ...AGREED, safety_officer: "yes" }), false],
  ["an adult who was taken for a child", child("adult", { ...AGREED, cs_assent: "no", cs_guardian: "no" }), false],
  ["a witness who does not want to be recorded", child("adult", { purpose_P01: "no", safety_officer: "yes" }), true],
]) {
  test(`the latest answer of ${what} decides whether it is a refusal`, () => {
    const cards = Object.entries(refusals()).map(([id, when]) => ({ id, when }));
    assert.deepEqual(cards.map(({ id }) => id), ["refused-child", "refused"]);
    assert.equal(isRefused([card("unsafe", "start"), ...cards], answers), refused);
  });
}
