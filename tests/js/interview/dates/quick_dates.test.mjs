/** Dates as people say them: which day each means, how exact it is, and that weeks begin as people count them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { quickDates } from "../../../../testimony/web/static/js/interview/dates/quick_dates.js";

const held = (today, lang = "en") => quickDates(today, lang).map(({ date, precision }) => [date, precision]);

test("today and yesterday are days, also over the end of a year", () => {
  assert.deepEqual(held("2027-01-01").slice(0, 2), [["2027-01-01", "day"], ["2026-12-31", "day"]]);
  assert.deepEqual(held("2024-03-01")[1], ["2024-02-29", "day"]);
});

test("a week is held by its first day, a month without a day", () => {
  assert.deepEqual(held("2026-12-01").slice(2), [["2026-11-30", "week"], ["2026-11-23", "week"], ["2026-12", "month"], ["2026-11", "month"]]);
  const [, , week, lastWeek, month, lastMonth] = quickDates("2026-12-01", "en").map(({ from, to }) => [from, to]);
  assert.deepEqual([week, lastWeek], [["2026-11-30", "2026-12-01"], ["2026-11-23", "2026-11-29"]]);
  assert.deepEqual([month, lastMonth], [["2026-12", "2026-12"], ["2026-11", "2026-11"]]);
  assert.deepEqual(held("2027-01-01").slice(3), [["2026-12-21", "week"], ["2027-01", "month"], ["2026-12", "month"]]);
});

test("a week begins on the day with which it begins in the language of the page", () => {
  assert.deepEqual(["en", "fr", "ar", "fa"].map((lang) => quickDates("2026-12-01", lang)[2].date), ["2026-11-30", "2026-11-30", "2026-11-28", "2026-11-28"]);
  assert.equal(quickDates("2026-11-28", "ar")[2].date, "2026-11-28");
  assert.equal(quickDates("2026-11-29", "en")[2].date, "2026-11-23");
});

test("nothing that is offered lies after today", () => {
  for (const today of ["2026-01-01", "2026-11-29", "2026-12-31"]) assert.ok(quickDates(today, "ar").every(({ date, to }) => date <= today && to <= today));
});
