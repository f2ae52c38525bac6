/** The PIN of a pause: who may try it, how often, for how long. */

import assert from "node:assert/strict";
import test from "node:test";
import { isGuessable, pinPause } from "../../../../testimony/web/static/js/interview/draft/pause.js";
import { pinGuard } from "../../../../testimony/web/static/js/interview/vault/pin.js";

const PIN = "482915";
const WRONG = "482916";

const paused = (pin = PIN) => {
  const guard = pinGuard();
  if (pin) guard.set(pin);
  guard.pause();
  return guard;
};

test("a paused worker refuses everything until the PIN is right", () => {
  const guard = paused();
  assert.throws(guard.requireOpen, { name: "VaultClosed", reason: "locked" });
  assert.deepEqual(guard.open(WRONG), { open: false, left: 4 });
  assert.throws(guard.requireOpen);
  assert.deepEqual(guard.open(PIN), { open: true, left: 5 });
  guard.requireOpen();
});

test("without a PIN a worker never shuts, and no digits open it", () => {
  const guard = paused(null);
  guard.requireOpen();
  assert.equal(guard.open("").open, false);
});

test("five wrong tries delete it, and the right one opens nothing any more", () => {
  const guard = paused();
  for (const left of [4, 3, 2, 1, 0]) assert.deepEqual(guard.open(WRONG), { open: false, left });
  assert.deepEqual(guard.open(PIN), { open: false, left: 0 });
  assert.throws(guard.requireOpen);
});

test("it confirms while the page is open, with the same five tries, and a pause after them opens to no PIN", () => {
  const guard = pinGuard();
  assert.equal(guard.isSet(), false);
  guard.set(PIN);
  assert.ok(guard.isSet());
  assert.deepEqual(guard.confirm(PIN), { open: true, left: 5 });
  for (const left of [4, 3, 2, 1, 0]) assert.deepEqual(guard.confirm(WRONG), { open: false, left });
  assert.equal(guard.isSet(), false);
  assert.deepEqual(guard.confirm(PIN), { open: false, left: 0 });
  guard.pause();
  assert.throws(guard.requireOpen, { name: "VaultClosed" });
  assert.equal(guard.open(PIN).open, false);
});

test("it is tried for thirty minutes of either clock, counted from when the page should have locked, and ends once", () => {
  const minute = 60_000;
  for (const turn of [(at) => (at.day += 30 * minute + 1), (at) => (at.since += 30 * minute + 1), (at) => (at.day -= 1)]) {
    const at = { day: 1e12, since: 5 };
    let ended = 0;
    const pin = pinPause({ end: () => (ended += 1) }, [() => at.day, () => at.since]);
    assert.ok(pin.holds());
    turn(at);
    assert.equal(pin.holds(), false);
    pin.forget();
    assert.equal(ended, 1);
  }
  assert.equal(pinPause({ end: () => null, late: 31 * minute }).holds(), false);
  assert.equal(pinPause({ end: () => null, late: Infinity }).holds(), false, "a clock was set back");
  assert.ok(pinPause({ end: () => null, late: 29 * minute }).holds());
});

test("what everybody tries first is no PIN", () => {
  for (const pin of ["000000", "777777", "123456", "654321", "012345", "098765"]) assert.ok(isGuessable(pin), pin);
  for (const pin of [PIN, "112233", "010203"]) assert.equal(isGuessable(pin), false, pin);
});
