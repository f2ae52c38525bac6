/** The form of every signed statement, from the table that both verifiers read. Twin of sealing/records/forms.py. */

import { FORMS } from "./form_table.js";

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isWhole = (pattern, value) => typeof value === "string" && new RegExp(`^(?:${pattern})$`).test(value);

const isDay = (text) => {
  const date = new Date(`${text}T00:00:00Z`);
  return !text.startsWith("0000") && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

/** Whether `list` rises strictly, by UTF-16 unit: so nothing stands in it twice. */
export const rises = (list) => list.every((item, i) => i === 0 || list[i - 1] < item);

const holding = (keys, value) =>
  isObject(value) && Object.entries(keys).every(([key, form]) => {
    const name = key.replace("?", "");
    return Object.hasOwn(value, name) ? has(form, value[name]) : name !== key;
  });

const exactly = (keys, value) =>
  holding(keys, value) && Object.keys(value).every((key) => Object.hasOwn(keys, key) || Object.hasOwn(keys, `${key}?`));

const operators = {
  "match": (pattern, value, { unless }) => isWhole(pattern, value) && !(unless && isWhole(unless, value)),
  "is": (one, value) => one === value,
  "int": ([least, most], value) => Number.isSafeInteger(value) && value >= least && value <= most,
  "text": ([least, most], value) => typeof value === "string" && !value.includes("\0") && [...value].length >= least && [...value].length <= most,
  "date": (pattern, value) => isWhole(pattern, value) && isDay(value.slice(0, 10)),
  "each": (form, value, { least = 0, most = Infinity, rises: rising }) =>
    Array.isArray(value) && value.length >= least && value.length <= most && value.every((one) => has(form, one)) && (!rising || rises(value)),
  "map": (named, value, { of, least = 0 }) =>
    isObject(value) && Object.keys(value).length >= least && Object.entries(value).every(([key, one]) => has(named, key) && has(of, one)),
  holding,
  "exactly": (keys, value, { like }) => exactly(like ? { ...FORMS[like].exactly, ...keys } : keys, value),
};

/** A form is the name of another one, a list of forms of which one holds, or an object with one operator. */
const has = (form, value) => {
  if (typeof form === "string") return has(FORMS[form], value);
  if (Array.isArray(form)) return form.some((one) => has(one, value));
  const [operator] = Object.keys(form);
  return operators[operator](form[operator], value, form);
};

/** Whether the table has the form `name`. */
export const isForm = (name) => Object.hasOwn(FORMS, name);

/** Whether `value` (decoded JSON) has the form `name` of the table, with exactly the types that it asks for. */
export const holds = (name, value) => has(name, value);
