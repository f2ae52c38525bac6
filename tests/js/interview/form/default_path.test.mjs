/** The default path: which questions come first, how many, in which order, and how one comes to the others and back. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { relevant } from "../../../../testimony/web/static/js/interview/form/conditions.js";
import { around, asksAll, inOrder, isOnPath, onward, story, untold } from "../../../../testimony/web/static/js/interview/form/default_path.js";
import { after, before, pastOptional, progress } from "../../../../testimony/web/static/js/interview/form/flow.js";

const form = JSON.parse(readFileSync(new URL("../../../vectors/form.json", import.meta.url), "utf8"));
const P = ["P01", "P04"];
const value = (held) => ({ value: held });
const ALL = { pace: value("all") };

const card = (id, section, required = [], coded = true) => ({ id, section, required, coded });
const outside = (id, section) => card(id, section, [], false);
const small = {
  sections: [
    { id: "first", fields: ["n_text", "a", "b"] },
    { id: "second", fields: ["c", "d", "e"], none: { d: "none" } },
  ],
  fields: { n_text: { required: true }, a: {}, b: { required: true }, c: {}, d: { required: true }, e: {} },
  path: [{ field: "n_text" }, { field: "d" }, { field: "e", when: ["answered", "d"] }, { field: "b" }],
};
const { path: _path, ...foreign } = small;
const CARDS = [
  outside("told", "told"), card("n_text", "first", ["n_text"]), card("a", "first"), card("b", "first", ["b"]), card("c", "second"),
  card("d", "second", ["d"]), card("e", "second"), outside("none-second", "second"), outside("rest", "closing"), outside("review", "closing"),
];
const ids = (cards) => cards.map(({ id }) => id);
const pathFor = (answers, definition = small) =>
  inOrder(CARDS, definition, answers).filter((each) => (each.id === "none-second" ? "none_second" in answers : !each.coded || isOnPath(each, definition, answers)));
const from = (id, answers) => {
  const cards = inOrder(CARDS, small, answers);
  const path = pathFor(answers);
  const at = cards.find((each) => each.id === id);
  return { at, path, walk: around(cards, path, at, answers) };
};
const next = (id, answers, step = after) => {
  const { at, path, walk } = from(id, answers);
  return onward(path, at, step(walk, walk, id), answers)?.id;
};

test("what an earlier event answered is not walked again, and stays on the path to be read back", () => {
  const told = { n_text: value("words"), d: value("x"), known: value(["d"]) };
  assert.equal(next("n_text", told), "e");
  assert.equal(next("e", told, before), "n_text");
  assert.ok(ids(from("n_text", told).path).includes("d"));
  assert.equal(next("n_text", { ...told, ...ALL }), "a");
  assert.deepEqual(ids(around(CARDS, CARDS, CARDS[1], { ...told, ...ALL })).filter((id) => id === "d"), []);
});

test("a card is walked while something on it is new, and when somebody goes there", () => {
  const other = { n_text: value("words"), d: value("x"), known: value(["b"]) };
  assert.equal(next("n_text", other), "d");
  assert.equal(from("d", { ...other, known: value(["d"]) }).walk.find(({ id }) => id === "d").id, "d");
});

/** A pushback as most witnesses tell it. */
const TYPICAL = {
  n_text: value("words"), w_role: value("victim"), i_date_prec: value("day"), i_date: value("2026-02-09"), i_segment: value("HRV-BIH:north"), i_from: value("HRV"), i_to: value("BIH"),
  i_place_found: value("green"), x_actors: value(["police"]), g_size: value(7), g_child: value("no"), g_woman: value("no"), g_lgbti: { missing: "nask" }, g_boys: value(0), g_girls: value(0), g_uasc: value(0), i_held: value("h1to6"), a_expr: value("yes"), a_resp: value(["ignored"]), p_exam: value("none"),
  p_signed: value("notreq"), i_ret: value(["walk", "gate"]), v_acts: value(["beat"]), v_injury: value(["bruise"]), v_care: value("none"), v_prop: value(["phone"]),
  d_any: value("no"), d_dead: value(0), d_missing: value(0), w_age: value("a25to34"), w_gender: value("m"), w_nat: value("AFG"), e_count: value(0), r_wish: value("words"),
};
/** The cards that hold the questions `asked`. */
const cardsOf = (asked) => form.path.filter(({ field, beside = [] }) => [field, ...beside].some((each) => asked.includes(each)));
const askedOf = (answers) => story(form, answers).filter((field) => relevant(form, answers, P).includes(field));

test("a typical pushback is asked in at most 21 cards after the account, as a story goes", () => {
  const asked = askedOf(TYPICAL);
  assert.equal(asked[0], "n_text");
  assert.ok(cardsOf(asked).length - 1 <= 21, `${cardsOf(asked).length - 1}: ${asked}`);
  assert.deepEqual(asked.filter((field) => !(field in TYPICAL) && field !== "p_legal"), []);
  const order = ["w_role", "i_date", "i_segment", "x_actors", "a_expr", "a_resp", "i_ret", "v_acts", "v_injury", "v_prop", "d_any", "w_age", "r_wish"];
  assert.deepEqual(asked.filter((field) => order.includes(field)), order);
});

test("procedure is asked about only where there was one", () => {
  const procedure = ["p_interp", "p_legal", "p_decision", "p_appeal", "p_suspend", "k_charge"];
  const opened = (changes) => askedOf({ ...TYPICAL, i_held: value("lt1h"), ...changes }).filter((field) => procedure.includes(field));
  assert.deepEqual(opened({}), []);
  assert.deepEqual(opened({ p_exam: value("id_only") }), ["p_interp"]);
  assert.deepEqual(opened({ p_signed: value("forced") }), ["p_interp", "p_legal", "p_decision", "k_charge"]);
  assert.deepEqual(opened({ p_exam: value("full"), p_decision: value("notlang"), p_appeal: value("lodged") }), ["p_interp", "p_decision", "p_appeal", "p_suspend", "k_charge"]);
});

test("who the person is stands on one card, which comes once and stays while any of it was said", () => {
  assert.deepEqual(form.path.find(({ field }) => field === "w_age").beside, ["w_gender", "w_nat"]);
  const person = { ...card("w_age", "person", ["w_age", "w_gender", "w_nat"]), fields: ["w_age", "w_gender", "w_nat"] };
  const cards = [person, outside("rest", "closing")];
  assert.deepEqual(ids(inOrder(cards, form, {})), ["w_age", "rest"]);
  assert.ok(inOrder(cards, form, {})[0].fact);
  assert.ok(isOnPath(person, form, { cs_age: value("under12"), w_age: value("a0to11") }));
  assert.ok(isOnPath(person, foreign, { w_nat: value("AFG") }));
  assert.ok(!isOnPath(person, foreign, {}));
});

test("a card with several questions is told when each of them is", () => {
  const both = { ...card("c", "second"), fields: ["c", "e"], more: true };
  assert.equal(untold([both], ["c", "e"], { c: value("x") }).length, 1);
  assert.equal(untold([both], ["c", "e"], { c: value("x"), e: value("x") }).length, 0);
  assert.equal(untold([both], ["c"], { c: value("x") }).length, 0);
});

test("children, the dead and the missing are asked about only where somebody said that there were any", () => {
  const gated = ["g_boys", "g_girls", "g_uasc", "v_kids", "d_dead", "d_missing"];
  const { g_boys: _b, g_girls: _g, g_uasc: _u, d_dead: _d, d_missing: _m, ...open } = TYPICAL;
  const opened = (changes) => askedOf({ ...open, ...changes }).filter((field) => gated.includes(field));
  assert.deepEqual(opened({}), []);
  assert.deepEqual(opened({ g_child: { missing: "unk" }, d_any: { missing: "unk" } }), []);
  assert.deepEqual(opened({ g_child: value("yes") }), ["g_boys", "g_girls", "g_uasc", "v_kids"]);
  assert.deepEqual(opened({ g_child: value("yes"), v_acts: value(["none"]) }), ["g_boys", "g_girls", "g_uasc"]);
  assert.deepEqual(opened({ d_any: value("yes") }), ["d_dead", "d_missing"]);
});

test("nobody who did not ask is asked what was answered", () => {
  assert.ok(!askedOf({ ...TYPICAL, a_expr: value("no") }).includes("a_resp"));
});

test("the States are asked only where the border is not known", () => {
  const { i_from: _from, i_to: _to, ...open } = TYPICAL;
  assert.deepEqual(askedOf({ ...open, i_segment: { missing: "unk" } }).filter((field) => ["i_from", "i_to"].includes(field)), ["i_from", "i_to"]);
  assert.ok(!askedOf(TYPICAL).includes("i_from"));
});

test("an age that consent said already is not asked again", () => {
  assert.ok(!askedOf({ ...TYPICAL, cs_age: value("under12"), w_age: value("a0to11") }).includes("w_age"));
});

test("a form without a list asks first what is required, in its own order; one that requires nothing asks everything", () => {
  assert.deepEqual(story(foreign, {}), ["n_text", "b", "d"]);
  assert.ok(!asksAll(foreign, {}));
  assert.ok(asksAll({ ...foreign, fields: { n_text: {}, a: {}, b: {}, c: {}, d: {}, e: {} } }, {}));
});

test("the path is the story, then what else could be told; everything in the order of the form by the switch", () => {
  assert.deepEqual(ids(pathFor({})), ["told", "n_text", "d", "b", "rest", "review"]);
  assert.deepEqual(ids(pathFor({ d: value("x") })), ["told", "n_text", "d", "e", "b", "rest", "review"]);
  assert.deepEqual(ids(inOrder(CARDS, small, ALL)), ids(CARDS));
  assert.deepEqual(ids(pathFor(ALL)), ids(CARDS).filter((id) => id !== "none-second"));
  assert.deepEqual(ids(inOrder(CARDS, small, {})).sort(), ids(CARDS).sort());
});

test("a draft that was in a hurry goes on by the default path", () => {
  assert.deepEqual(ids(pathFor({ pace: value("needed") })), ids(pathFor({})));
});

test("what one tap answered stands after the last question of its part that the story asks", () => {
  const answers = { d: value("none"), none_second: value(["d"]) };
  assert.deepEqual(ids(pathFor(answers)), ["told", "n_text", "d", "e", "none-second", "b", "rest", "review"]);
});

test("an answer off the default path stays on the path, and next does not stop at it", () => {
  const answers = { a: value("x"), d: value("x"), b: value("x"), n_text: value("x") };
  assert.ok(ids(pathFor(answers)).includes("a"));
  assert.equal(next("b", answers), "rest");
  assert.equal(next("rest", answers), "review");
  const { walk } = from("review", answers);
  assert.equal(before(walk, walk, "review").id, "rest");
});

test("a part that was opened is walked to its end and leads back to what else could be told", () => {
  const answers = { n_text: value("x"), d: value("x"), b: value("x"), rest: value(["second"]) };
  assert.equal(next("c", answers), "rest");
  assert.equal(next("c", answers, (walk, _cards, id) => pastOptional(walk, id)), "rest");
  const { walk } = from("c", answers);
  assert.equal(before(walk, walk, "c").id, "rest");
});

test("from a question that nobody opened next leads to what is still required, and else to the read-back", () => {
  assert.equal(next("c", { n_text: value("x") }), "d");
  assert.equal(next("c", { n_text: value("x"), d: value("x"), b: value("x") }), "review");
});

test("what else could be told counts the open questions off the default path by part", () => {
  const cards = inOrder(CARDS, small, {});
  assert.deepEqual(untold(cards, ["a", "b", "c", "d", "e"], {}), [{ section: "first", cards: ["a"] }, { section: "second", cards: ["c", "e"] }]);
  assert.deepEqual(untold(cards, ["a", "c"], { c: value("x") }), [{ section: "first", cards: ["a"] }]);
});

test("the stops follow one another along the story, and what else could be told is facts again", () => {
  const answers = { d: value("x") };
  const walked = pathFor(answers);
  const at = walked.filter(({ more }) => !more).map((card) => progress(card).at);
  assert.deepEqual(at, [...at].sort((a, b) => a - b));
  const cards = inOrder(CARDS, small, answers);
  assert.equal(progress(cards.find(({ id }) => id === "a")).stop, "facts");
});
