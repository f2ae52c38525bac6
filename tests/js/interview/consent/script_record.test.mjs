/** What was said under one roster, on the page of another: a changed word is said again, and an answer to it counts no more. */

import assert from "node:assert/strict";
import test from "node:test";

import { eventsOf, granted, noted } from "../../../../testimony/web/static/js/interview/consent/log.js";
import { asSaid, onThisPage, saidBy } from "../../../../testimony/web/static/js/interview/consent/script_record.js";

const OFFERS = {
  P01: { purpose: "P01", recipient: "organisation", life_months: 24 },
  P04: { purpose: "P04", recipient: "lawyers", life_months: 24 },
  P06: { purpose: "P06", recipient: "public", life_months: null },
};
const page = (roster, spoken, purposes = OFFERS) => ({ roster, purposes, spoken, scripts: {}, told: ["who"], teach: ["q1"], words: {} });
const EARLIER = page("r1", { told_01: "a", purpose_P01: "b", purpose_P04: "c", purpose_P06: "d" });
const ANSWERS = { told_01: { value: "said" }, purpose_P01: { value: "yes" }, purpose_P04: { value: "yes" }, purpose_P06: { value: "no" } };
const state = () => ({ answers: ANSWERS, consent: noted([], ANSWERS, OFFERS, "2026-01-05"), said: saidBy(EARLIER) });
const counter = () => ((n) => () => String((n += 1)))(0);
const eventsFor = (log, purpose) => eventsOf(log, counter()).filter((one) => one.purpose === purpose).map(({ event }) => event);

test("only what was agreed to under other words is asked again, and a no stands", () => {
  const { state: here, again } = onThisPage(state(), page("r2", { told_01: "A", purpose_P01: "b", purpose_P04: "C", purpose_P06: "D" }), "2026-01-06");
  assert.deepEqual(again, ["told_01", "purpose_P04"]);
  assert.deepEqual(Object.keys(here.answers), ["purpose_P01", "purpose_P06"]);
  assert.equal(here.said.roster, "r2");
});

test("what was agreed to under earlier words does not stand in the record until it was answered again", () => {
  const later = page("r2", { ...EARLIER.spoken, purpose_P04: "C" });
  const { state: here } = onThisPage(state(), later, "2026-01-06");
  assert.deepEqual(eventsFor(here.consent, "P04"), ["ASK", "GRANT", "INVALIDATE"]);
  assert.deepEqual(granted(here.answers, OFFERS).map(({ id }) => id), ["P01"]);
  const answered = { ...here.answers, purpose_P04: { value: "yes" } };
  assert.deepEqual(eventsFor(noted(here.consent, answered, OFFERS, "2026-01-06"), "P04"), ["ASK", "GRANT", "INVALIDATE", "GRANT"]);
});

test("a purpose that the newer roster does not ask for any more counts no more", () => {
  const { P04: _, ...fewer } = OFFERS;
  const { purpose_P04: __, ...spoken } = EARLIER.spoken;
  const { state: here } = onThisPage(state(), page("r2", spoken, fewer), "2026-01-06");
  assert.deepEqual(eventsFor(here.consent, "P04"), ["ASK", "GRANT", "INVALIDATE"]);
});

test("on a page of the same roster, and of one that changed no word, nothing is asked again", () => {
  for (const roster of ["r1", "r2"]) {
    const { state: here, again } = onThisPage(state(), page(roster, EARLIER.spoken), "2026-01-06");
    assert.deepEqual([again, here.answers, here.consent], [[], ANSWERS, state().consent]);
  }
});

test("a warning that a newer program says before a use, in the same script, is heard before that use counts", () => {
  const { again } = onThisPage(state(), page("r1", { ...EARLIER.spoken, purpose_P04: "C" }), "2026-01-06");
  assert.deepEqual(again, ["purpose_P04"]);
});

test("after a new version of the scripts the record names the one that is said now, and changed words are asked again", () => {
  const renewed = { ...page("r1", { ...EARLIER.spoken, told_01: "A" }), scripts: { en: { version: 3 } } };
  const { state: here, again } = onThisPage(state(), renewed, "2026-01-06");
  assert.deepEqual([again, here.said.scripts], [["told_01"], renewed.scripts]);
});

test("until somebody is asked again, what was said is judged by what was said", () => {
  const later = page("r2", {}, { ...OFFERS, P10: { purpose: "P10", recipient: "network", life_months: 24 } });
  assert.deepEqual(Object.keys(asSaid(later, saidBy(EARLIER)).purposes), ["P01", "P04", "P06"]);
  assert.deepEqual(Object.keys(asSaid(later, undefined).purposes), ["P01", "P04", "P06", "P10"]);
});
