import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { byCompartment, evaluate, needed, relevant, violations } from "../../../../testimony/web/static/js/interview/form/conditions.js";

const load = (name) => JSON.parse(readFileSync(new URL(`../../../vectors/${name}.json`, import.meta.url), "utf8"));
const vectors = load("relevance");
const form = load("form");

test("every expression has the truth that the vectors state", () => {
  for (const { tree, value } of vectors.expressions) {
    assert.equal(evaluate(tree, vectors.answers, vectors.purposes, vectors.today), value, JSON.stringify(tree));
  }
});

test("what is not an expression raises", () => {
  for (const tree of vectors.refused) assert.throws(() => evaluate(tree, {}, [], ""), TypeError, JSON.stringify(tree));
});

test("the form asks, needs, stops and sorts as the vectors state", () => {
  for (const one of vectors.forms) {
    const { name, answers, purposes, definition = form } = one;
    assert.deepEqual(relevant(definition, answers, purposes), one.relevant, name);
    assert.deepEqual(needed(definition, answers, purposes), one.needed, name);
    assert.deepEqual(violations(definition, answers, purposes, vectors.today), one.violations, name);
    assert.deepEqual(byCompartment(definition, answers, purposes), one.compartments, name);
  }
});
