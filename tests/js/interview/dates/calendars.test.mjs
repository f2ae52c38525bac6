/** The witness's calendar: known days there and back, every day of a century, days that do not exist, names as CLDR has them. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { calendarOf, daysInOwn, inOwnCalendar, isoOf, monthsOf, ownPartsOf } from "../../../../testimony/web/static/js/interview/dates/calendars.js";

const vectors = JSON.parse(await readFile(new URL("../../../vectors/calendars.json", import.meta.url), "utf8"));
const CALENDARS = ["persian", "ethiopic"];
const DAY = 86_400_000;

for (const calendar of CALENDARS) {
  test(`${calendar}: known days there and back`, () => {
    for (const [iso, year, month, day] of vectors[calendar]) {
      assert.deepEqual(ownPartsOf(calendar, iso), { month, day, year });
      assert.equal(isoOf(calendar, { year, month, day }), iso);
    }
  });

  test(`${calendar}: every day from 1920 to 2100 comes back as it was`, () => {
    for (let at = Date.UTC(1920, 0, 1); at <= Date.UTC(2100, 0, 1); at += 3 * DAY) {
      const iso = new Date(at).toISOString().slice(0, 10);
      assert.equal(isoOf(calendar, ownPartsOf(calendar, iso)), iso);
    }
  });

  test(`${calendar}: a day that does not exist has no ISO day`, () => {
    for (const [year, month, day] of vectors.no_such_day[calendar]) assert.equal(isoOf(calendar, { year, month, day }), null);
  });
}

test("months are as long as they are", () => {
  assert.deepEqual([1, 7, 12].map((month) => daysInOwn("persian", 1399, month)), [31, 30, 30]);
  assert.deepEqual([1400, 1403].map((year) => daysInOwn("persian", year, 12)), [29, 30]);
  assert.deepEqual([2011, 2012].map((year) => daysInOwn("ethiopic", year, 13)), [6, 5]);
});

test("a date is said in the witness's calendar and digits, no finer than it is held", () => {
  for (const [lang, value, text] of vectors.said) assert.equal(inOwnCalendar(lang, value), text);
  assert.equal(inOwnCalendar("fa", undefined), null);
});

test("months have the names that CLDR gives them", () => {
  const names = { fa: "fa", prs: "fa-AF", ps: "ps", am: "am", ti: "ti" };
  for (const [lang, locale] of Object.entries(names)) {
    const calendar = calendarOf(lang);
    const format = new Intl.DateTimeFormat(`${locale}-u-ca-${calendar}`, { month: "long", timeZone: "UTC" });
    const named = monthsOf(lang).map((_, at) => format.format(Date.parse(isoOf(calendar, { year: calendar === "persian" ? 1399 : 2012, month: at + 1, day: 1 }))));
    assert.deepEqual(monthsOf(lang), named.map((name) => name.replace(/\u0654$/, ""))); // an ending that joins a year to it
  }
});
