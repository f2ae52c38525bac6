/** The fold of consent says of every shared case what the Python twin says, in whatever order the events come. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { states, usable } from "../../../../testimony/web/static/js/interview/consent/fold.js";

const { cases } = JSON.parse(readFileSync(new URL("../../../vectors/consent-fold.json", import.meta.url), "utf8"));
const outcome = (events, at) => {
  try {
    return {
      states: states(events, at).map(({ purpose, recipient, state, on_hold }) => [purpose, recipient, state, on_hold]),
      usable: usable(events, at).map(({ purpose, recipient }) => [purpose, recipient]),
    };
  } catch (error) {
    assert.equal(error.name, "EventUnreadable");
    return { unreadable: error.part };
  }
};

test("every case ends as the vectors say", () => {
  for (const { name, at, events, ...expected } of cases) assert.deepEqual(outcome(events, at), expected, name);
  assert.ok(cases.length > 200);
});

test("the order and the number of deliveries change nothing", () => {
  for (const { name, at, events, unreadable, ...expected } of cases.filter((one) => !one.unreadable)) {
    assert.deepEqual(outcome(events.toReversed(), at), expected, name);
    assert.deepEqual(outcome([...events, ...structuredClone(events)], at), expected, name);
  }
});

test("a history longer than the stack, and one that names itself all over, end", () => {
  const event = (id, act, after) => ({ event: act, id, purpose: "P01", recipient: "organisation", day: "2026-01-05", after, life_months: 24 });
  const long = [event("0", "WITHDRAW", ["3000"]), ...Array.from({ length: 3000 }, (_, i) => event(String(i + 1), "ASK", [String(i)]))];
  assert.equal(states([...long, event("g", "GRANT", ["3000"])], "2026-02-01")[0].state, "granted");
  assert.equal(states([...long, event("g", "GRANT", [])], "2026-02-01")[0].state, "withdrawn");
});
