/** The digits of a withdrawal code: read as people write them, and checked. Apart from keys, so that a page may look at them first. */

/** How many digits are random; the last one of a code checks them. */
export const CHECKED = 24;

/** Damm's totally anti-symmetric quasigroup of order 10: finds every wrong digit and every swap of neighbours. */
const DAMM = [
  "0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017",
  "9438617205", "2581436790",
];

/** The check digit of `digits`; 0 for digits that end with theirs. */
export const checkDigit = (digits) => Array.from(digits).reduce((interim, digit) => Number(DAMM[interim][digit]), 0);

const SEPARATORS = /[ \u00a0\u2009\u202f-]/g;

/** The value of a decimal digit of any script: Unicode keeps the ten of a script in one run that begins at zero. */
const digitValue = (digit) => {
  let value = 0;
  while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(digit.codePointAt(0) - value - 1))) value += 1;
  return value;
};

/** The 25 ASCII digits of a code as a person wrote it (spaces, dashes, any script's digits), or null. */
export const digitsOf = (code) => {
  const written = Array.from(code.normalize("NFKC").replace(SEPARATORS, ""));
  if (written.length !== CHECKED + 1 || !written.every((digit) => /^\p{Nd}$/u.test(digit))) return null;
  const digits = written.map(digitValue).join("");
  return checkDigit(digits) === 0 ? digits : null;
};

/** Whether `code` is a code whose check digit holds. */
export const isWithdrawalCode = (code) => digitsOf(code) !== null;
