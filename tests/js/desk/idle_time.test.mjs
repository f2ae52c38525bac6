import assert from "node:assert/strict";
import { test } from "node:test";

import { idleTime } from "../../../testimony/web/static/js/desk/idle_time.js";

const MINUTE = 60_000;

const started = () => {
  let at = 0;
  const time = idleTime({ idle: 10 * MINUTE, warn: 2 * MINUTE, ping: MINUTE / 2, now: () => at });
  return { time, later: (by) => (at += by) };
};

test("nothing is due while the page was just used, and the desk is told of use now and then alone", () => {
  const { time, later } = started();
  assert.equal(time.due(), "");
  later(MINUTE / 4);
  time.use();
  assert.equal(time.due(), "");
  later(MINUTE);
  time.use();
  assert.equal(time.due(), "tell");
  time.told();
  assert.equal(time.due(), "");
});

test("two minutes before the end it warns with the minutes that are left, and then locks", () => {
  const { time, later } = started();
  later(8 * MINUTE - 1);
  assert.equal(time.due(), "");
  later(1);
  assert.equal(time.due(), "warn");
  assert.equal(time.minutes(), 2);
  later(MINUTE);
  assert.equal(time.minutes(), 1);
  later(MINUTE - 1);
  assert.deepEqual([time.due(), time.minutes()], ["warn", 1]);
  later(1);
  assert.equal(time.due(), "lock");
});

test("use in time ends the warning, as often as it is needed", () => {
  const { time, later } = started();
  for (let turn = 0; turn < 12; turn += 1) {
    later(9 * MINUTE);
    assert.equal(time.due(), "warn");
    time.use();
    assert.notEqual(time.due(), "warn");
  }
});
