/** A date is written no finer than the person knows it, and finds its way back into the fields that it came from. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { dateFrom, decimalFrom, numberFrom, partsFrom, plainDigits, pointFrom } from "../../../../testimony/web/static/js/interview/form/answers.js";

const CHOSEN = { year: "2020", month: "8", day: "31" };
const WRITTEN = {
  hour: ["2020-08-31", CHOSEN],
  day: ["2020-08-31", CHOSEN],
  week: ["2020-08-31", CHOSEN],
  month: ["2020-08", { year: "2020", month: "8" }],
  quarter: ["2020-07..2020-09", { year: "2020", month: "7" }],
  year: ["2020", { year: "2020" }],
};

for (const [precision, [value, parts]] of Object.entries(WRITTEN)) {
  test(`a date known to the ${precision} says no more`, () => {
    assert.deepEqual(dateFrom(CHOSEN, precision), { value });
    assert.deepEqual(partsFrom({ value }), parts);
  });
}

test("a date that is not known is a reason, not a date", () => {
  assert.deepEqual(dateFrom(CHOSEN, "unk"), { missing: "unk" });
  assert.deepEqual(partsFrom({ missing: "unk" }), {});
});

test("a day that does not exist, or parts that lack, make no date", () => {
  assert.equal(dateFrom({ year: "2021", month: "2", day: "30" }, "day"), undefined);
  assert.equal(dateFrom({ year: "2021", month: "", day: "" }, "month"), undefined);
});

test("numbers are taken in the digits of every script, and in no other sign", () => {
  for (const typed of ["120", "١٢٠", "۱۲۰", "১২০", "१२०", " ۱۲۰ نفر"]) assert.deepEqual(numberFrom(typed), { value: 120 });
  assert.equal(plainDigits("፩፪ x"), ""); // Ethiopic numerals are no digits: they have no place value
  assert.equal(numberFrom("নেই"), undefined);
  for (const typed of ["41.675, 26.555", "٤١٫٦٧٥ ٢٦٫٥٥٥", "৪১.৬৭৫, ২৬.৫৫৫"]) assert.deepEqual(pointFrom(typed), { value: "41.675,26.555" });
});

test("a number with a fraction is taken as people write it; what is none stays and is refused", () => {
  for (const typed of ["3.5", "3,5", " ٣٫٥ ", "۳٫۵", "03.5"]) assert.deepEqual(decimalFrom(typed), { value: "3.5" });
  assert.deepEqual(decimalFrom("−2"), { value: "-2" });
  assert.deepEqual(decimalFrom("0.50"), { value: "0.50" });
  assert.deepEqual(decimalFrom("1.234,5"), { value: "1.234,5" }, "nobody guesses which sign is which");
  for (const typed of ["1,500", "-12,250", "١،٥٠٠"]) assert.deepEqual(decimalFrom(typed), { value: typed }, "a thousand or a fraction");
  assert.deepEqual(decimalFrom("0,125"), { value: "0.125" });
  assert.deepEqual(decimalFrom("1,50"), { value: "1.50" });
  assert.deepEqual(decimalFrom("about 3"), { value: "about 3" });
  assert.equal(decimalFrom("  "), undefined);
});
