/** What the witness said to each purpose, as events: each answer in knowledge of the one before it. */

import assert from "node:assert/strict";
import test from "node:test";

import { eventsOf, granted, noted } from "../../../../testimony/web/static/js/interview/consent/log.js";

const OFFERS = {
  P01: { purpose: "P01", recipient: "organisation", life_months: 24 },
  P04: { purpose: "P04", recipient: "lawyers", life_months: 24 },
  "P05-clinic": { purpose: "P05", recipient: "clinic", life_months: 3 },
  "P05-desk": { purpose: "P05", recipient: "desk", life_months: 3 },
  "P08a-un": { purpose: "P08a", recipient: "un", life_months: 12 },
  "P08d-un": { purpose: "P08d", recipient: "un", life_months: 12 },
};
const counter = () => ((n) => () => String((n += 1)))(0);
const said = (answers) => Object.fromEntries(Object.entries(answers).map(([id, value]) => [`purpose_${id}`, { value }]));
const short = (events) => events.map(({ event, purpose, recipient, after }) => [event, purpose, recipient, after]);

test("each answer has seen its own question, and what was not asked leaves no event", () => {
  const log = noted([], said({ P01: "yes", P04: "no" }), OFFERS, "2026-01-05");
  assert.deepEqual(short(eventsOf(log, counter())), [
    ["ASK", "P01", "organisation", []], ["GRANT", "P01", "organisation", ["1"]], ["ASK", "P04", "lawyers", []], ["REFUSE", "P04", "lawyers", ["3"]],
  ]);
});

test("a changed mind is a second answer that has seen the first", () => {
  const first = noted([], said({ P01: "yes", P04: "no" }), OFFERS, "2026-01-05");
  const log = noted(first, said({ P01: "yes", P04: "yes" }), OFFERS, "2026-01-06");
  const events = eventsOf(log, counter());
  assert.deepEqual(short(events).slice(2), [["ASK", "P04", "lawyers", []], ["REFUSE", "P04", "lawyers", ["3"]], ["GRANT", "P04", "lawyers", ["4"]]]);
  assert.deepEqual([events.at(-2).day, events.at(-1).day], ["2026-01-05", "2026-01-06"]);
});

test("nothing is noted twice while nobody changes it", () => {
  const once = noted([], said({ P01: "yes" }), OFFERS, "2026-01-05");
  assert.deepEqual(noted(once, said({ P01: "yes" }), OFFERS, "2026-01-09"), once);
});

test("two recipients of one purpose are apart", () => {
  const answers = said({ P01: "yes", P04: "yes", "P05-clinic": "yes", "P05-desk": "no" });
  assert.deepEqual(granted(answers, OFFERS).map(({ id }) => id), ["P01", "P04", "P05-clinic"]);
  const events = eventsOf(noted([], answers, OFFERS, "2026-01-05"), counter()).filter(({ purpose }) => purpose === "P05");
  assert.deepEqual(short(events), [["ASK", "P05", "clinic", []], ["GRANT", "P05", "clinic", ["5"]], ["ASK", "P05", "desk", []], ["REFUSE", "P05", "desk", ["7"]]]);
});

test("without the lawyers a service gets nothing, whatever was said about it", () => {
  assert.deepEqual(granted(said({ P01: "yes", P04: "no", "P05-clinic": "yes" }), OFFERS).map(({ id }) => id), ["P01"]);
});

test("how a name is shown is kept, and no name is a no", () => {
  const last = (choice) => eventsOf(noted([], said({ "P08d-un": choice }), OFFERS, "2026-01-05"), counter()).at(-1);
  assert.deepEqual(["full", "initials", "none"].map((choice) => [last(choice).event, last(choice).name_shown]), [["GRANT", "full"], ["GRANT", "initials"], ["REFUSE", "none"]]);
});

test("a yes to what is not for children ends with the age that was corrected, and counts again with another correction", () => {
  const offers = { ...OFFERS, P11: { purpose: "P11", recipient: "public", life_months: 12 } };
  const answers = said({ P01: "yes", P04: "yes", "P08a-un": "yes", "P08d-un": "full", P11: "yes" });
  const aged = (age) => ({ ...answers, cs_age: { value: age } });
  const grown = noted([], aged("adult"), offers, "2026-01-05");
  for (const child of ["minor", "alone"]) {
    const log = noted(grown, aged(child), offers, "2026-01-05");
    assert.deepEqual(granted(aged(child), offers).map(({ id }) => id), ["P01", "P04", "P08a-un"]);
    assert.deepEqual(noted(log, aged(child), offers, "2026-01-05"), log);
    const events = eventsOf(noted(log, aged("adult"), offers, "2026-01-05"), counter()).filter(({ purpose }) => purpose === "P11");
    assert.deepEqual(events.map(({ event, reason }) => [event, reason]), [["ASK", undefined], ["GRANT", undefined], ["REFUSE", "not_for_children"], ["GRANT", undefined]]);
    assert.equal(eventsOf(log, counter()).findLast(({ purpose }) => purpose === "P08d").event, "REFUSE");
  }
});

test("what stands in the way of a yes makes it a no with its reason, after the question as any answer", () => {
  const log = noted([], said({ P01: "yes", P04: "yes", "P08d-un": "full" }), OFFERS, "2026-01-05");
  const events = eventsOf(log, counter(), (purpose) => (purpose === "P01" ? undefined : "capacity"));
  assert.deepEqual(events.map(({ event, purpose, reason, after }) => [event, purpose, reason, after]), [
    ["ASK", "P01", undefined, []], ["GRANT", "P01", undefined, ["1"]],
    ["ASK", "P04", undefined, []], ["REFUSE", "P04", "capacity", ["3"]],
    ["ASK", "P08d", undefined, []], ["REFUSE", "P08d", "capacity", ["5"]],
  ]);
  assert.ok(!events.some((one) => "name_shown" in one));
});

test("what was answered before the answer that stands is kept as it was said", () => {
  const first = noted([], said({ P04: "yes" }), OFFERS, "2026-01-05");
  const changed = noted(first, said({ P04: "no" }), OFFERS, "2026-01-05");
  const again = noted(changed, said({ P04: "yes" }), OFFERS, "2026-01-05");
  const acts = (log) => eventsOf(log, counter(), () => "capacity").map(({ event, reason }) => [event, reason]);
  assert.deepEqual(acts(changed), [["ASK", undefined], ["GRANT", undefined], ["REFUSE", undefined]]);
  assert.deepEqual(acts(again), [["ASK", undefined], ["GRANT", undefined], ["REFUSE", undefined], ["REFUSE", "capacity"]]);
});
