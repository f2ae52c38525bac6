/** The order of the cards: where one stands, what comes next, where it ends. */

import assert from "node:assert/strict";
import test from "node:test";

import { after, before, lacking, pastOptional, pathOf, progress, unfinished } from "../../../../testimony/web/static/js/interview/form/flow.js";

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

test("progress counts sections and cards", () => {
  assert.deepEqual(progress(all, "three"), { section: "b", at: 2, of: 3, share: 0.5 });
});

test("progress does not run back when an answer opens or closes cards further on", () => {
  const shares = CARDS.map(({ id }) => progress(CARDS, id).share);
  assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
  assert.deepEqual(new Set(CARDS.map(({ id }) => progress(CARDS, id).of)), new Set([3]));
});

test("a card with an answer that cannot be is not finished", () => {
  const coded = CARDS.map((each) => ({ ...each, coded: true }));
  const answers = { x: { value: 1 }, y: { value: 1 }, z: { value: 1 } };
  assert.deepEqual(unfinished(coded, answers, ["three"]).map(({ id }) => id), ["three"]);
  assert.deepEqual(unfinished(coded, answers), []);
});
