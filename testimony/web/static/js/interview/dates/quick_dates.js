/** Dates that people say without a calendar: today, yesterday, this week and the last, this month and the last; each with how exact it is. DOM-free. */

const DAY = 24 * 60 * 60 * 1000;
const SATURDAY_FIRST = ["ar", "fa", "prs", "ps"];
const SATURDAY = 6;
const MONDAY = 1;

/** The day (0 Sunday to 6) with which a week begins in `lang`. */
export const firstWeekday = (lang) => (SATURDAY_FIRST.includes(lang.split("-")[0]) ? SATURDAY : MONDAY);

const before = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY).toISOString().slice(0, 10);
const weekday = (day) => new Date(`${day}T00:00:00Z`).getUTCDay();

/**
 * What can be taken on the day `today` (ISO): [{unit, back, precision, date, from, to}]. `unit` and `back` name it ("day", -1: yesterday),
 * `from` and `to` say what it may mean. A week is held by its first day.
 */
export const quickDates = (today, lang) => {
  const begin = before(today, (weekday(today) - firstWeekday(lang) + 7) % 7);
  const month = today.slice(0, 7);
  const lastMonth = before(`${month}-01`, 1).slice(0, 7);
  return [
    { unit: "day", back: 0, precision: "day", date: today, from: today, to: today },
    { unit: "day", back: -1, precision: "day", date: before(today, 1), from: before(today, 1), to: before(today, 1) },
    { unit: "week", back: 0, precision: "week", date: begin, from: begin, to: today },
    { unit: "week", back: -1, precision: "week", date: before(begin, 7), from: before(begin, 7), to: before(begin, 1) },
    { unit: "month", back: 0, precision: "month", date: month, from: month, to: month },
    { unit: "month", back: -1, precision: "month", date: lastMonth, from: lastMonth, to: lastMonth },
  ];
};
