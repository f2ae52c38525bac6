/** The forms that fields of signed statements may have. Each is a question: true or false. */

import { isHex } from "../base/bytes.js";

export const isSha256 = (value) => isHex(value, 32);
export const isKid = (value) => isHex(value, 8);
export const isInteger = (value, least, most = Number.MAX_SAFE_INTEGER) =>
  Number.isSafeInteger(value) && value >= least && value <= most;
export const isText = (value, longest) => typeof value === "string" && value.length > 0 && [...value].length <= longest;

/** A day of the calendar as YYYY-MM-DD; never a time. */
export const isDay = (value) => {
  if (typeof value !== "string" || !/^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
};

/** Whether `list` rises strictly, by UTF-16 unit: so nothing stands in it twice. */
export const rises = (list) => list.every((item, i) => i === 0 || list[i - 1] < item);
