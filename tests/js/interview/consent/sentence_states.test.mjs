/** The phone and the stations must agree on which sentence may be read aloud. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { lowest, mayBeRead, SOURCE, stateIn, STATES } from "../../../../testimony/web/static/js/interview/consent/sentence_states.js";

const python = readFileSync(new URL("../../../../testimony/questionnaire/sentence_states.py", import.meta.url), "utf8");

test("the states are those of the stations, in their order", () => {
  const named = [...python.matchAll(/^ {4}([A-Z_]+) = \d/gm)].map(([, name]) => name.toLowerCase());
  assert.deepEqual(named, STATES);
  assert.match(python, new RegExp(`^SOURCE = "${SOURCE}"$`, "m"));
});

test("the last two may be read aloud, and nothing that nobody knows", () => {
  assert.deepEqual(STATES.filter(mayBeRead), ["checked", "heard"]);
  assert.equal(mayBeRead(undefined), false);
  assert.equal(mayBeRead("good"), false);
});

test("several sentences are as good as the least of them", () => {
  assert.equal(lowest(["heard", "agreed", "checked"]), "agreed");
  assert.equal(lowest([]), undefined);
});

test("a sentence that a pack says nothing of is a machine draft", () => {
  const pack = { states: { "told.who": "checked" } };
  assert.deepEqual([stateIn(pack, "told.who"), stateIn(pack, "told.why")], ["checked", "draft"]);
});
