/** A date on the screen: year and month chosen, the day from a sheet of the month; only the parts that the person knows. */

import { AS_FAR_AS_KNOWN, dateFrom, monthOf, partsFrom, partsOf } from "../../form/answers.js";
import { firstWeekday } from "../../dates/quick_dates.js";
import { asWritten, knownAs } from "../../dates/south_slavic.js";
import { all, on, one } from "../base/cards.js";
import { sitting } from "../base/interview_state.js";
import { showOwn } from "./own_dates.js";
import { showQuick } from "./quick_dates.js";

const OLDEST = 1920;
const NEWER = 1; // the clock of a phone may be wrong

const selects = (field) => all("select[data-part]", field);
const select = (field, part) => one(`select[data-part="${part}"]`, field);
const partsIn = (field) => Object.fromEntries(selects(field).map((each) => [each.dataset.part, each.value]));

const precisionOf = (field, answers) => {
  const { precision } = field.dataset;
  if (!precision) return AS_FAR_AS_KNOWN;
  const held = answers?.[precision];
  return held?.missing ?? held?.value ?? "day";
};

const shown = (precision) => (precision === AS_FAR_AS_KNOWN ? ["year", "month", "day"] : partsOf(precision));

/** Put the years into a list, the newest first; once. */
export const fillYears = (place) => {
  if (place.options.length > 1) return;
  for (let year = new Date().getUTCFullYear() + NEWER; year >= OLDEST; year -= 1) place.append(new Option(String(year), String(year)));
};

const weekdays = (lang) => {
  const name = new Intl.DateTimeFormat(knownAs(lang), { weekday: "short", timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, at) => asWritten(name.format(new Date(Date.UTC(2023, 0, 1 + ((firstWeekday(lang) + at) % 7)))), lang));
};

const cell = (tag, text, values = {}) => Object.assign(document.createElement(tag), { textContent: text, ...values });

const dayButton = (day, chosen) => {
  const button = cell("button", String(day), { type: "button" });
  button.dataset.act = "take-day";
  button.dataset.day = String(day);
  button.setAttribute("aria-pressed", String(String(day) === chosen));
  return button;
};

/** The month as on a wall: a person often knows the day by the day of the week. */
const showDays = (field, { year, month, day }, wanted) => {
  const sheet = one("[data-days]", field);
  sheet.hidden = !wanted || !year || !month;
  if (sheet.hidden) return sheet.replaceChildren();
  const { lang } = document.documentElement;
  const { first, days } = monthOf(Number(year), Number(month));
  const empty = Array.from({ length: (first - firstWeekday(lang) + 7) % 7 }, () => cell("span", ""));
  const names = weekdays(lang).map((name) => cell("span", name, { className: "weekday" }));
  return sheet.replaceChildren(...names, ...empty, ...Array.from({ length: days }, (_, at) => dayButton(at + 1, day)));
};

on({
  "take-day": (button) => {
    const day = select(button.closest("[data-field]"), "day");
    day.value = button.dataset.day;
    day.dispatchEvent(new Event("change", { bubbles: true }));
    one(`[data-day="${button.dataset.day}"]`, day.closest("[data-field]")).focus();
  },
});

/** The parts of a date that is not whole yet, as the draft holds them: a lock would lose them, since they are no answer. */
const halfOf = ({ dataset }) => sitting.state?.halfDates?.[dataset.field] ?? {};
const noteHalf = ({ dataset }, parts) => {
  const { [dataset.field]: _, ...others } = sitting.state.halfDates ?? {};
  sitting.state.halfDates = parts ? { ...others, [dataset.field]: parts } : others;
};

export const readDate = (field, answers) => {
  const parts = partsIn(field);
  const date = dateFrom(parts, precisionOf(field, answers));
  noteHalf(field, date ? null : parts);
  return date;
};

export const showDate = (field, answer, answers) => {
  const parts = shown(precisionOf(field, answers));
  selects(field).forEach((each) => (each.parentElement.hidden = !parts.includes(each.dataset.part)));
  fillYears(select(field, "year"));
  Object.entries(answer ? partsFrom(answer) : halfOf(field)).forEach(([name, value]) => (select(field, name).value = value));
  showDays(field, partsIn(field), parts.includes("day"));
  showOwn(field, answer, answers?.witness_language?.value, parts.includes("day"));
  showQuick(field, { date: answer?.value, precision: precisionOf(field, answers) });
};

/** A date in words, no finer than it is held. */
export const dateText = (field, answer) => {
  const { year, month, day } = partsFrom(answer);
  const quarter = answer.value.includes("..");
  const name = (number) => select(field, "month").options[Number(number)].textContent;
  const between = document.documentElement.lang === "es" ? " de " : " ";
  if (quarter) return [`${name(month)} – ${name(Number(month) + 2)}`, year].join(between);
  return [day, month && name(month), year].filter(Boolean).join(between);
};
