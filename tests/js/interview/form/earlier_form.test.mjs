/** A form that changes under a draft costs no letter: what it does not ask any more is read back and sealed where it belonged. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { asksNoMore, noteAsked, withEarlier } from "../../../../testimony/web/static/js/interview/form/earlier_form.js";

const old = { fields: { i_what: { compartment: "incident" }, w_name: { compartment: "identity" }, n_more: { compartment: "narrative" } } };
const now = { fields: { i_what: { compartment: "incident" } } };
const answers = { i_what: { value: "a" }, w_name: { value: "Name" }, n_more: { value: "words" }, gone: { value: "?" } };
const noted = ["i_what", "w_name", "n_more", "unknown"].reduce((all, field) => noteAsked(all, old, field, `${field}?`, `said ${field}`), {});
const contents = { incident: { answers: { i_what: answers.i_what } }, identity: { answers: {} }, narrative: { statements: [], answers: {} } };

test("what the newer form does not ask is listed with the words under which it was asked", () => {
  assert.deepEqual(asksNoMore(noted, now, answers).map(({ field, words, said }) => [field, words, said]), [
    ["w_name", "w_name?", "said w_name"],
    ["n_more", "n_more?", "said n_more"],
  ]);
  assert.deepEqual(asksNoMore(noted, old, answers), [], "nothing while the form is the same");
  assert.deepEqual(asksNoMore(undefined, now, answers), [], "a draft that noted nothing yet");
  assert.deepEqual(asksNoMore(noted, now, {}), [], "an answer that was taken back");
});

test("each is sealed in its own compartment, a name only for those who may read names", () => {
  const sealed = withEarlier(contents, noted, now, answers, ["P01", "P04"]);
  assert.deepEqual(sealed.identity.answers, { w_name: { value: "Name" } });
  assert.deepEqual(sealed.narrative, { statements: [], answers: { n_more: { value: "words" } } });
  assert.deepEqual(sealed.incident, contents.incident);
  assert.deepEqual(withEarlier(contents, noted, now, answers, ["P01"]).identity, { answers: {} });
});
