/** The witness's own calendar under a date: what the date is there, and a way to enter the day as the witness says it. */

import { calendarOf, daysInOwn, inOwnCalendar, isoOf, monthsOf, ownPartsOf } from "../../dates/calendars.js";
import { all, one, pageData } from "../base/cards.js";

const FIRST = "1920-01-01";
const YEARS_AHEAD = 1; // the clock of a phone may be wrong

const dirOf = (lang) => pageData().dirs[lang] ?? "ltr";
const select = (block, part) => one(`[data-own-part="${part}"]`, block);

/** A held date in the witness's calendar, as an element; null where the witness counts as ISO does. */
export const ownDate = (lang, value) => {
  const text = inOwnCalendar(lang, value);
  return text === null ? null : Object.assign(document.createElement("bdi"), { lang, dir: dirOf(lang), textContent: text });
};

const fill = (place, options) => {
  const { value } = place;
  place.replaceChildren(new Option("–", ""), ...options.map(([value, text]) => new Option(text, value)));
  place.value = options.some(([known]) => String(known) === value) ? value : "";
};

const numbers = (from, to) => Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => from + (to < from ? -at : at)).map((each) => [each, String(each)]);

/** The days that a month has, all that there can be while the month is not known. */
const fillDays = (block) => {
  const [year, month] = ["year", "month"].map((part) => Number(select(block, part).value));
  fill(select(block, "day"), numbers(1, year && month ? daysInOwn(block.dataset.own, year, month) : 31));
};

const made = (lang, calendar) => {
  const block = one("[data-own-calendar]").content.firstElementChild.cloneNode(true);
  Object.assign(block.dataset, { own: calendar, ownLang: lang });
  const now = new Date().toISOString().slice(0, 10);
  fill(select(block, "year"), numbers(ownPartsOf(calendar, now).year + YEARS_AHEAD, ownPartsOf(calendar, FIRST).year));
  fill(select(block, "month"), monthsOf(lang).map((name, at) => [at + 1, `${at + 1} · ${name}`]));
  fillDays(block);
  return block;
};

/** Under the date of `field`: nothing where the witness's language has no calendar of its own, or nobody is interviewed. */
export const showOwn = (field, answer, lang, exact) => {
  const calendar = calendarOf(lang);
  const held = one("[data-own]", field);
  if (held && held.dataset.ownLang !== lang) held.remove();
  if (!calendar) return;
  const block = one("[data-own]", field) ?? made(lang, calendar);
  if (!block.isConnected) one("[data-days]", field).after(block);
  const said = ownDate(lang, answer?.value);
  one("[data-own-said]", block).replaceChildren(...(said ? [said] : []));
  one("details", block).hidden = !exact;
  if (answer?.value?.length !== 10) return;
  for (const [part, value] of Object.entries(ownPartsOf(calendar, answer.value))) select(block, part).value = String(value);
  fillDays(block);
  select(block, "day").value = String(ownPartsOf(calendar, answer.value).day);
};

/** The ISO day of what is chosen in `block`, into the selects of the date, as if somebody had chosen it there. */
const take = (block) => {
  fillDays(block);
  const chosen = Object.fromEntries(all("[data-own-part]", block).map((each) => [each.dataset.ownPart, Number(each.value)]));
  const iso = chosen.year && chosen.month && chosen.day ? isoOf(block.dataset.own, chosen) : null;
  if (iso === null) return;
  const field = block.closest("[data-field]");
  const parts = Object.entries({ year: iso.slice(0, 4), month: String(Number(iso.slice(5, 7))), day: String(Number(iso.slice(8))) });
  parts.forEach(([part, value]) => (one(`select[data-part="${part}"]`, field).value = value));
  one('select[data-part="day"]', field).dispatchEvent(new Event("change", { bubbles: true }));
};

document.addEventListener("change", ({ target }) => target.matches("[data-own-part]") && take(target.closest("[data-own]")));
