/** Borders are named on the phone as the node names them, from the names of States and parts. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { borderNames } from "../../../../testimony/web/static/js/interview/borders/border_names.js";

const vectors = JSON.parse(readFileSync(new URL("../../../vectors/border-names.json", import.meta.url), "utf8"));

test("each language names a border and its parts as the node does", () => {
  for (const { lang, states, words, names } of vectors) {
    const made = borderNames(Object.keys(names), new Map(Object.entries(states)), { ...words, own: {} }, lang);
    assert.deepEqual(Object.fromEntries(made), names, lang);
  }
});

const STATES = new Map([["HRV", "Croatia"], ["SVN", "Slovenia"], ["ALB", "Albania"]]);
const WORDS = { whole: "%(from)s to %(to)s", part: "%(from)s to %(to)s, %(part)s", parts: { istria: "Istria" }, own: { "HRV-SVN:drava": "Drava" } };

test("they come by name, with the parts that an organisation added", () => {
  assert.deepEqual(borderNames(["SVN-HRV:istria", "HRV-SVN:drava", "HRV-SVN:all", "ALB-HRV:all"], STATES, WORDS, "en"), [
    ["ALB-HRV:all", "Albania to Croatia"],
    ["HRV-SVN:all", "Croatia to Slovenia"],
    ["HRV-SVN:drava", "Croatia to Slovenia, Drava"],
    ["SVN-HRV:istria", "Slovenia to Croatia, Istria"],
  ]);
});

test("a State or a part that nobody named is shown by its code", () => {
  assert.deepEqual(borderNames(["XAA-HRV:fen"], STATES, WORDS, "en"), [["XAA-HRV:fen", "XAA to Croatia, fen"]]);
});
