/** Testimonies of one witness are found by the notes of their worker, also after one of them was withdrawn. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sameWitness } from "../../../../testimony/web/static/js/interview/outbox/same_witness.js";

const entries = ["a", "b", "c", "d"].map((id) => ({ id }));
const notes = { a: {}, b: { first: "a" }, c: { first: "a" }, d: {} };
const of = (id, known = notes, list = entries) => sameWitness(id, list, known).map((entry) => entry.id);

test("each of three finds the two others, and one of another witness finds none", () => {
  assert.deepEqual([of("a"), of("b"), of("c"), of("d")], [["b", "c"], ["a", "c"], ["a", "b"], []]);
});

test("a withdrawn one has no note and is still known by those that follow", () => {
  const { a, b, ...left } = notes;
  assert.deepEqual([of("c", { ...left, b }), of("c", { ...left, a })], [["a", "b"], ["a"]]);
});

test("two that follow one that left the list are of one witness", () => {
  assert.deepEqual(of("b", { b: notes.b, c: notes.c }, entries.slice(1)), ["c"]);
});

test("who is not signed in is told of none", () => {
  assert.deepEqual(entries.map(({ id }) => of(id, {})), [[], [], [], []]);
});
