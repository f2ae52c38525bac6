/** What the operands of an expression calculate. Twin of questionnaire/operands.py, which says more. No DOM. */

export const LARGEST = 1_000_000_000_000;
const LONGEST_MATCHED = 200;
const DAY = /^([1-9][0-9]{3})-([0-9]{2})-([0-9]{2})$/;
const MILLISECONDS = 86_400_000;
const FIRST_DAY = Date.UTC(1000, 0, 1) / MILLISECONDS;
const LAST_DAY = Date.UTC(9999, 11, 31) / MILLISECONDS;

export const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/** `value` where an operand can be it. */
export const numberOf = (value) => (isNumber(value) && Math.abs(value) <= LARGEST ? value + 0 : null);
const DECIMAL = /^-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?$/;
export const isDecimal = (value) => typeof value === "string" && DECIMAL.test(value);
/** The number that `value` writes, or is; null for neither. */
export const decimal = (value) => numberOf(isDecimal(value) ? Number(value) : value);
/** The sum of all that are numbers or write one; null if there is none. */
export const added = (values) => {
  const numbers = values.map(decimal).filter(isNumber);
  return numbers.length ? numberOf(numbers.reduce((sum, number) => sum + number)) : null;
};
export const over = (a, b) => (b === 0 ? null : a / b);
export const remainder = (a, b) => (b === 0 ? null : a % b);
export const ROUNDINGS = { floor: Math.floor, ceil: Math.ceil, trunc: Math.trunc, round: (value) => Math.floor(value + 0.5) };

/** `value` as a part of a text: nothing where it is missing, a fraction with at most six digits. */
export const written = (value) => {
  if (!isNumber(value)) return value ?? "";
  return Number.isInteger(value) ? String(value + 0) : value.toFixed(6).replace(/\.?0+$/, "");
};

/** The number of a day, 0 for 1 January 1970; null for what is no whole date. */
export const days = (value) => {
  const [, year, month, day] = (typeof value === "string" && DAY.exec(value)) || [];
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return year && at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day) ? at.getTime() / MILLISECONDS : null;
};

/** The date with that number, as ISO text. */
export const day = (value) => (isNumber(value) && value >= FIRST_DAY && value <= LAST_DAY ? new Date(Math.floor(value) * MILLISECONDS).toISOString().slice(0, 10) : null);

/** `pattern` for whole texts. Raises TypeError for what is none. */
export const patternOf = (pattern) => {
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch (error) {
    throw new TypeError(pattern, { cause: error });
  }
};
export const matches = (value, pattern) => typeof value === "string" && Array.from(value).length <= LONGEST_MATCHED && pattern.test(value);
