/**
 * The coded account: an incident cut down on the phone to what coordinators may see. Twin of domain/coding/coded_account.py, held to it
 * by tests/vectors/coded.json. No DOM.
 */
import { read } from "./conditions.js";

const DAY_OR_LESS = /^([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-[0-9]{2})?)?$/;
const QUARTER = /^([0-9]{4})-(01(?=..\1-03)|04(?=..\1-06)|07(?=..\1-09)|10(?=..\1-12))\.\.\1-[0-9]{2}$/;
const MONTH_OR_FINER = ["hour", "day", "week", "month"];
const UNKNOWN_COUNTRY = "XXX";
const twoDigits = (number) => String(number).padStart(2, "0");

/** `value` as month, quarter or year: the coarser of what was written and what `precision` says; null if it is no date. */
export const monthAtFinest = (value, precision) => {
  if (typeof value !== "string") return null;
  const quarter = value.match(QUARTER);
  const match = quarter ?? value.match(DAY_OR_LESS);
  if (!match) return null;
  const [, year, month] = match;
  if (month === undefined || ![...MONTH_OR_FINER, "quarter"].includes(precision)) return year;
  if (quarter || precision === "quarter") {
    const first = Math.floor((Number(month) - 1) / 3) * 3 + 1;
    return `${year}-${twoDigits(first)}..${year}-${twoDigits(first + 2)}`;
  }
  return `${year}-${month}`;
};

/** The code of the band that holds `number`; null for what is not a number of some band. */
export const bandOf = (number, options) => {
  if (!Number.isInteger(number)) return null;
  const band = options.find(({ from, to }) => from !== undefined && from <= number && number <= (to ?? number));
  return band ? band.code : null;
};

/**
 * The codes of `value`, violence as families, each once; in the order in which the whole list first has them: by that of
 * the acts told, a family's place would say which act of it that was.
 */
const knownCodes = (value, options) => {
  const told = Array.isArray(value) ? value : [value];
  const found = new Set(options.filter(({ code }) => told.includes(code)).map(({ code, family }) => family ?? code));
  return [...new Set(options.map(({ code, family }) => family ?? code))].filter((code) => found.has(code));
};

const valued = (value) => (value && value.length ? { value } : {});

const isPrecision = (name, fields) => Object.values(fields).some((field) => field.precision === name);

const floorOf = (name, field, value, answers, { fields, lists }) => {
  if (field.type === "date") return valued(monthAtFinest(value, read(answers[field.precision]).value));
  if (field.type === "repeat") { // rows never leave: only, where the form derives it, whether there are several
    const derived = field.export === "derived" && Array.isArray(value);
    return valued(derived ? (value.length > 1 ? "yes" : "no") : null);
  }
  if (field.type === "int") return valued(bandOf(value, lists[field.band].options));
  const list = lists[field.list];
  if (!list) return {};
  let codes = knownCodes(value, list.options);
  if (codes.length === 1 && codes[0] === UNKNOWN_COUNTRY) return { missing: "unk" };
  if (isPrecision(name, fields)) codes = codes.map((code) => (MONTH_OR_FINER.includes(code) ? "month" : code));
  return valued(Array.isArray(value) ? codes.filter((code) => code !== UNKNOWN_COUNTRY) : codes[0]);
};

/** The band that somebody named who could not count, in the place of a number that is missing; else `floor`. */
const withAbout = ({ about, band }, floor, answers, { lists }) => {
  if (!("missing" in floor) || about === undefined) return floor;
  const named = read(answers[about]).value;
  return lists[band].options.some(({ code, from }) => from !== undefined && code === named) ? { value: named } : floor;
};

/** The coded answers of the incident `answers`; `definition` is the form's. What it does not know is left out. */
export const generalise = (answers, definition) => {
  const coded = {};
  for (const [name, field] of Object.entries(definition.fields)) {
    if (field.compartment !== "incident" || field.export === "never" || field.lawyers_only) continue;
    const answer = read(answers[name]);
    const floor = withAbout(field, "value" in answer ? floorOf(name, field, answer.value, answers, definition) : answer, answers, definition);
    if (Object.keys(floor).length) coded[name] = floor;
  }
  return coded;
};
