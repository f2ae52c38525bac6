/** Days as the witness counts them: the Persian and the Ethiopic calendar beside ISO, by the browser's own tables. DOM-free. */

import { inNumeralsOf } from "../form/numerals.js";

const CALENDARS = { fa: "persian", prs: "persian", ps: "persian", am: "ethiopic", ti: "ethiopic" };
/** Names of the months from CLDR (tests/js/interview/dates/calendars.test.mjs compares them): browsers carry the calendars, but not every language. */
const MONTHS = {
  fa: ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"],
  prs: ["حمل", "ثور", "جوزا", "سرطان", "اسد", "سنبله", "میزان", "عقرب", "قوس", "جدی", "دلو", "حوت"],
  ps: ["وری", "غویی", "غبرگولی", "چنگاښ", "زمری", "وږی", "تله", "لړم", "لیندۍ", "مرغومی", "سلواغه", "کب"],
  am: ["መስከረም", "ጥቅምት", "ኅዳር", "ታኅሣሥ", "ጥር", "የካቲት", "መጋቢት", "ሚያዝያ", "ግንቦት", "ሰኔ", "ሐምሌ", "ነሐሴ", "ጳጉሜን"],
  ti: ["መስከረም", "ጥቅምቲ", "ሕዳር", "ታሕሳስ", "ጥሪ", "ለካቲት", "መጋቢት", "ሚያዚያ", "ጉንበት", "ሰነ", "ሓምለ", "ነሓሰ", "ጷጉሜ"],
};
const DAY = 86_400_000;
/** Near which day the year 1 began, and how many days a year and a month have: where a day is looked for; and in how many steps at most. */
const NEAR = { persian: [Date.parse("0622-03-21"), 365.2422, 30.5], ethiopic: [Date.parse("0008-08-27"), 365.25, 30] };
const STEPS = 8;

const formats = new Map();
const formatOf = (calendar) => {
  const make = () => new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, { year: "numeric", month: "numeric", day: "numeric", timeZone: "UTC" });
  if (!formats.has(calendar)) formats.set(calendar, make());
  return formats.get(calendar);
};

/** The calendar of a language that has one of its own, where this browser knows it; else null. */
export const calendarOf = (lang) => {
  const calendar = CALENDARS[lang];
  return calendar && formatOf(calendar).resolvedOptions().calendar === calendar ? calendar : null;
};

export const monthsOf = (lang) => MONTHS[lang];

const partsAt = (calendar, time) => {
  const parts = formatOf(calendar).formatToParts(time).filter(({ type }) => ["year", "month", "day"].includes(type));
  return Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
};

/** {year, month, day} in `calendar` of an ISO day. */
export const ownPartsOf = (calendar, iso) => partsAt(calendar, Date.parse(`${iso}T00:00:00Z`));

/** About how many days `parts` come after `others`: right within a month. */
const daysBetween = (calendar, parts, others) => {
  const [, year, month] = NEAR[calendar];
  return Math.round((parts.year - others.year) * year + (parts.month - others.month) * month) + parts.day - others.day;
};

/** The ISO day of {year, month, day} in `calendar`; null where it has no such day. The browser alone says what is which day. */
export const isoOf = (calendar, wanted) => {
  let at = NEAR[calendar][0] / DAY + daysBetween(calendar, wanted, { year: 1, month: 1, day: 1 });
  for (let step = 0; step < STEPS; step += 1) {
    const there = partsAt(calendar, at * DAY);
    const days = daysBetween(calendar, wanted, there);
    if (days === 0 && there.month === wanted.month) return new Date(at * DAY).toISOString().slice(0, 10);
    at += days || Math.sign(wanted.year - there.year || wanted.month - there.month);
  }
  return null;
};

/** How many days a month has there. */
export const daysInOwn = (calendar, year, month) => [31, 30, 29, 6, 5].find((day) => isoOf(calendar, { year, month, day }) !== null) ?? 0;

const lastDay = (month) => new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).toISOString().slice(0, 10);

/** First and last ISO day of what is held: a day, a month, a quarter or a year. */
const spanOf = (value) => {
  const [from, to = from] = value.split("..");
  if (/^\d{4}$/.test(value)) return [`${value}-01-01`, `${value}-12-31`];
  return value.length === 10 ? [value, value] : [`${from}-01`, lastDay(to)];
};

const joined = (lang, parts) => (lang === "ps" ? parts.reverse() : parts).join(" ");
const said = (lang, /** @type {Record<string, any>} */ { year, month, day }, finest) =>
  joined(lang, [finest === "day" && day, finest !== "year" && MONTHS[lang][month - 1], year].filter(Boolean).map(String));

/** A held date (`YYYY-MM-DD`, `YYYY-MM`, a quarter or `YYYY`) as speakers of `lang` count it, no finer than it is; null where they count as ISO does. */
export const inOwnCalendar = (lang, value) => {
  const calendar = calendarOf(lang);
  if (!calendar || !/^\d{4}/.test(value ?? "")) return null;
  const finest = value.length === 10 ? "day" : value.length === 4 ? "year" : "month";
  const [from, to] = spanOf(value).map((iso) => said(lang, ownPartsOf(calendar, iso), finest));
  const text = from === to ? from : `${from} – ${to}`;
  return inNumeralsOf(lang, text) ?? text;
};
