/** What an answer is, and how a tap changes it: {value} or {missing: "unk" | "ref" | "nask"}; the three are never merged. DOM-free. */

import { digitsIn } from "./numerals.js";

export const MISSING = ["unk", "ref", "nask"];
const ALONE = "none";

export const isAnswered = (answer) => {
  if (answer === undefined || answer === null) return false;
  if ("missing" in answer) return true;
  const { value } = answer;
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
};

/** A single choice. */
export const choose = (code) => (MISSING.includes(code) ? { missing: code } : { value: code });

/** One tap in a multiple choice: `ALONE` codes and the three reasons stand alone, everything else adds up; a second tap takes back. */
export const toggle = (answer, code, alone = [ALONE]) => {
  const chosen = answer?.missing ? [answer.missing] : (answer?.value ?? []);
  if (chosen.includes(code)) {
    const rest = chosen.filter((each) => each !== code);
    return rest.length === 0 ? undefined : { value: rest };
  }
  if (MISSING.includes(code)) return { missing: code };
  if (alone.includes(code)) return { value: [code] };
  return { value: [...chosen.filter((each) => !alone.includes(each) && !MISSING.includes(each)), code] };
};

/** Digits as people write them (Arabic, Persian, Bengali, of any script) as Western digits; everything else goes. */
export const plainDigits = digitsIn;

export const numberFrom = (text) => {
  const digits = plainDigits(text);
  return digits === "" ? undefined : { value: Math.min(Number(digits), 99999) };
};

export const textFrom = (text) => (text.trim() === "" ? undefined : { value: text });

const daysIn = (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** A precision that nobody states: the date is as exact as its parts. */
export const AS_FAR_AS_KNOWN = "parts";

/** Which parts of a date a person who knows it `precision` well is asked for. */
export const partsOf = (precision) => {
  if (MISSING.includes(precision)) return [];
  if (precision === "year") return ["year"];
  return precision === "month" || precision === "quarter" ? ["year", "month"] : ["year", "month", "day"];
};

const two = (number) => String(number).padStart(2, "0");
const quarterOf = (year, month) => {
  const first = Math.floor((month - 1) / 3) * 3 + 1;
  return `${year}-${two(first)}..${year}-${two(first + 2)}`;
};

const noFiner = ({ year, month, day }) => (!year || (day && !month) ? null : month ? (day ? "day" : "month") : "year");

/** {value} no finer than `precision`: YYYY-MM-DD, YYYY-MM, a quarter YYYY-MM..YYYY-MM or YYYY; undefined while parts lack or no such day exists. */
export const dateFrom = (parts, precision) => {
  if (precision === AS_FAR_AS_KNOWN) return noFiner(parts) ? dateFrom(parts, noFiner(parts)) : undefined;
  const asked = partsOf(precision);
  if (asked.length === 0) return { missing: precision };
  if (asked.some((part) => !parts[part])) return undefined;
  const [year, month, day] = [parts.year, Number(parts.month), Number(parts.day)];
  if (asked.includes("day")) return day > daysIn(Number(year), month) ? undefined : { value: `${year}-${two(month)}-${two(day)}` };
  if (precision === "quarter") return { value: quarterOf(year, month) };
  return { value: asked.includes("month") ? `${year}-${two(month)}` : year };
};

/** The weekday (0 Sunday to 6) of a month's first day, and how many days it has. */
export const monthOf = (year, month) => ({ first: new Date(Date.UTC(year, month - 1, 1)).getUTCDay(), days: daysIn(year, month) });

/** Coordinates as people write them ("41.675, 26.555", "٤١٫٦٧٥ ٢٦٫٥٥٥") as one text "41.675,26.555"; what is none stays as it was typed. `coarse`: to a tenth of a degree. */
export const pointFrom = (text, coarse = false) => {
  const plain = Array.from(text, (c) => ("0123456789".includes(c) ? c : plainDigits(c) || { "٫": ".", "،": ",", "−": "-" }[c] || c)).join("");
  const found = /^\s*(-?\d+(?:\.\d+)?)(?:\s*[,;]\s*|\s+)(-?\d+(?:\.\d+)?)\s*$/.exec(plain);
  const kept = (degrees) => (coarse ? String(Math.round(Number(degrees) * 10) / 10) : degrees);
  return textFrom(found ? `${kept(found[1])},${kept(found[2])}` : text);
};

/**
 * A number as people write it ("3,5", "٣٫٥", "-2") as one text "3.5"; what is none stays as it was typed, so that the page asks
 * again. So does "1,500", which may be one and a half or one thousand five hundred.
 */
export const decimalFrom = (text) => {
  const plain = Array.from(text, (c) => ("0123456789".includes(c) ? c : plainDigits(c) || { "٫": ".", ",": ".", "،": ".", "−": "-" }[c] || c)).join("");
  const unclear = /^[^,،]*[^0,،\s-][^,،]*[,،].{3}\s*$/.test(text);
  const found = unclear ? null : /^\s*(-?)0*(\d+)(\.\d+)?\s*$/.exec(plain);
  return textFrom(found ? found.slice(1).join("") : text);
};

/** {year, month, day} without leading zeros, as far as the date goes; {} for anything but a date. */
export const partsFrom = (answer) => {
  const [year, month, day] = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2})|\.\.\d{4}-\d{2})?$/.exec(answer?.value ?? "")?.slice(1) ?? [];
  const parts = { year, month: month && String(Number(month)), day: day && String(Number(day)) };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part));
};
