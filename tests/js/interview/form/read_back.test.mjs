/** What is read back by parts: which parts there are, which marks hold, what a correction undoes, and how a long text is folded. */

import assert from "node:assert/strict";
import test from "node:test";

import { ACCOUNT, firstWords, nextToRead, partsOf, stillRead, unread, wasRead, wordCount } from "../../../../testimony/web/static/js/interview/form/read_back.js";

const card = (id, section, coded = true) => ({ id, section, coded });
const PATH = [
  card("purpose-P01", "purposes", false), card("talk-how", "talk", false), card("n_text", "account"), card("i_date", "event"),
  card("v_acts", "violence"), card("i_tod", "event"), card("rest", "closing", false), card("review", "closing", false),
];
const FIELDS = { "purpose-P01": ["purpose_P01"], "talk-how": ["cs_mode"], i_date: ["i_date_prec", "i_date"] };
const fieldsOn = (id) => FIELDS[id] ?? [id];
const value = (held) => ({ value: held });
const TOLD = { purpose_P01: value("yes"), cs_mode: value("oral"), n_text: value("They took us back."), i_date: value("2026-02"), i_date_prec: value("month"), i_tod: value("night") };

const parts = (changes = {}, path = PATH) => partsOf(path, fieldsOn, { ...TOLD, ...changes });
const ids = (some) => some.map(({ id }) => id);
const marksOf = (some) => Object.fromEntries(some.map(({ id, basis }) => [id, basis]));

test("the parts stand in the order of the path, the account is one of its own, and a part without an answer is none", () => {
  assert.deepEqual(ids(parts()), ["purposes", ACCOUNT, "event"]);
  assert.deepEqual(parts().at(-1).lines, [{ card: "i_date", field: "i_date_prec" }, { card: "i_date", field: "i_date" }, { card: "i_tod", field: "i_tod" }]);
  assert.deepEqual(ids(parts({ v_acts: { missing: "ref" } })), ["purposes", ACCOUNT, "event", "violence"]);
});

test("the account is one of its own also where a form asks other questions in its section", () => {
  const beside = [card("n_text", "event"), card("i_tod", "event")];
  assert.deepEqual(parts({}, beside).map(({ id, lines }) => [id, lines.length]), [[ACCOUNT, 1], ["event", 1]]);
});

test("a correction takes the mark of its part alone, and an answer that comes back does not bring it back", () => {
  const marks = stillRead(marksOf(parts()), parts({ i_tod: value("day") }));
  assert.deepEqual(Object.keys(marks), ["purposes", ACCOUNT]);
  assert.deepEqual(ids(unread(marks, parts())), ["event"]);
  assert.ok(!wasRead(marks, parts().at(-1)));
});

test("an answer that was added or taken away is read anew too", () => {
  const marks = marksOf(parts());
  assert.deepEqual(ids(unread(marks, parts({ i_tod: undefined }))), ["event"]);
  assert.deepEqual(ids(unread(marks, parts({ v_acts: value(["beat"]) }))), ["violence"]);
});

test("the same answers on another way through the form stay read", () => {
  const otherWay = [...PATH].reverse();
  assert.deepEqual(unread(marksOf(parts()), parts({}, otherWay)), []);
});

test("the mark of a part that is not known yet stays", () => {
  assert.deepEqual(stillRead({ "kept-media": "[]", event: "other" }, parts()), { "kept-media": "[]" });
});

test("after a part comes the next one that was not read, and after the last the first one that was passed by", () => {
  const known = parts({ v_acts: value(["beat"]) });
  const [, , , violence] = known;
  assert.equal(nextToRead({}, known, "purposes"), ACCOUNT);
  assert.equal(nextToRead(marksOf([violence]), known, "violence"), "purposes");
  assert.equal(nextToRead(marksOf(known.slice(0, 3)), known, "purposes"), "violence");
  assert.equal(nextToRead(marksOf(known), known, "event"), null);
});

test("a part that holds nothing needs no reading", () => {
  const known = [...parts(), { id: "kept-media", lines: [], basis: "[]", empty: true }];
  assert.deepEqual(unread(marksOf(parts()), known), []);
});

test("a long text is folded to its first words, a short one stands", () => {
  const long = Array.from({ length: 60 }, (_, at) => `word${at}`).join(" ");
  assert.equal(firstWords("They took us back over the river."), null);
  assert.equal(firstWords(long), `${Array.from({ length: 12 }, (_, at) => `word${at}`).join(" ")} …`);
  assert.equal(wordCount(` ${long}\n\nword`), 61);
});
