/** What was played to its end counts for the language in which it was answered, and only for the words that were played. */

import assert from "node:assert/strict";
import test from "node:test";

import { circumstances } from "../../../../testimony/web/static/js/interview/form/contents.js";
import { fieldsSaid, playedOf, stillPlayed, unplayed } from "../../../../testimony/web/static/js/interview/consent/played_prompts.js";
import { onThisPage, saidBy } from "../../../../testimony/web/static/js/interview/consent/script_record.js";

const OFFER = { purpose: "P01", recipient: "organisation", life_months: 24 };
const script = (lang, wording) => ({ id: "camp-consent", version: 3, lang, sha256: "00", draft: false, wording, checked: "Nobody Atall" });
const DATA = {
  lang: "en", roster: "r1", told: ["who", "why"], teach: ["q1"], purposes: { P01: OFFER, "P05-clinic": { ...OFFER, purpose: "P05", recipient: "clinic" } },
  scripts: { en: script("en", null), ps: script("ps", "aa") }, spoken: { told_01: "a", told_02: "b", purpose_P01: "c", "purpose_P05-clinic": "d", teach_1: "e" },
};
const ANSWERS = { witness_language: { value: "ps" }, cs_heard: { value: "played" }, told_01: { value: "said" }, told_02: { value: "said" }, purpose_P01: { value: "yes" }, teach_1: { value: "understood" } };
const KEYS = ["told.who", "told.why", "ask.P01", "teach_back.q1"];
const inPashto = (keys) => Object.fromEntries(keys.map((key) => [key, "ps"]));

test("every item told, use asked and question back has the field that answers it", () => {
  assert.deepEqual(fieldsSaid(DATA), {
    "told.who": "told_01", "told.why": "told_02", "ask.P01": "purpose_P01", "ask.P05-clinic": "purpose_P05-clinic", "teach_back.q1": "teach_1",
  });
});

test("what was answered and not played is named; a use that was not asked need not be played", () => {
  assert.deepEqual(unplayed(ANSWERS, { played: inPashto(KEYS) }, "ps", DATA), []);
  for (const [key, field] of Object.entries(fieldsSaid(DATA)).filter(([each]) => KEYS.includes(each))) {
    assert.deepEqual(unplayed(ANSWERS, { played: inPashto(KEYS.filter((each) => each !== key)) }, "ps", DATA), [field]);
  }
  assert.deepEqual(unplayed({ ...ANSWERS, "purpose_P05-clinic": { value: "no" } }, { played: inPashto(KEYS) }, "ps", DATA), ["purpose_P05-clinic"]);
});

test("what was played in one language does not count for an answer that was given in another", () => {
  const state = { played: inPashto(KEYS), heard: { told_01: "ps", told_02: "prs" } };
  assert.deepEqual(playedOf(state, "ps", DATA), KEYS.filter((key) => key !== "told.why"));
  assert.deepEqual(playedOf(state, "prs", DATA), ["told.who"]);
});

test("the record names the wording and what was played of it, and nobody who checked it", () => {
  const { script: said } = circumstances(ANSWERS, DATA, { played: inPashto(KEYS) });
  assert.deepEqual(said, { id: "camp-consent", version: 3, lang: "ps", sha256: "00", draft: false, wording: "aa", heard: "played", played: KEYS });
  const read = circumstances({ ...ANSWERS, witness_language: { value: "en" }, cs_heard: { value: "read" } }, DATA, { played: inPashto(KEYS) });
  assert.deepEqual(read.script, { id: "camp-consent", version: 3, lang: "en", sha256: "00", draft: false, heard: "read" });
});

test("a sentence whose words changed, and one that was recorded anew, have to be played again", () => {
  const later = { ...DATA, roster: "r2", spoken: { ...DATA.spoken, told_02: "B" } };
  const state = { answers: ANSWERS, consent: [], said: saidBy(DATA), played: inPashto(KEYS) };
  assert.deepEqual(Object.keys(onThisPage(state, later, "2026-01-06").state.played), KEYS.filter((key) => key !== "told.why"));
  const recorded = { ...DATA, scripts: { ...DATA.scripts, ps: script("ps", "bb") } };
  assert.deepEqual(onThisPage(state, recorded, "2026-01-06").state.played, {});
  assert.deepEqual(stillPlayed(inPashto(KEYS), [], DATA, DATA), inPashto(KEYS));
});
