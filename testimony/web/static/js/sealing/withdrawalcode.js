/**
 * The withdrawal code: 24 random digits and a Damm check digit, kept by the witness alone.
 *
 * Argon2id of the digits, salted by the organisation's root, is the seed of a signing key: every station can check its
 * signature, and nobody without the code can make one.
 */

import { argon2id } from "./argon.js";
import { labelled, randomBelow, utf8 } from "./bytes.js";
import { sha256 } from "./hashing.js";
import { kidOf, publicKeyOf } from "./sigs.js";
import { signedBy } from "./signedrecord.js";

const DIGITS = 24;

/** Damm's totally anti-symmetric quasigroup of order 10: finds every wrong digit and every swap of neighbours. */
const DAMM = [
  "0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017",
  "9438617205", "2581436790",
];

const damm = (digits) => Array.from(digits).reduce((interim, digit) => Number(DAMM[interim][digit]), 0);

const SEPARATORS = /[ \u00a0\u2009\u202f-]/g;

/** The value of a decimal digit of any script: Unicode keeps the ten of a script in one run that begins at zero. */
const digitValue = (digit) => {
  let value = 0;
  while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(digit.codePointAt(0) - value - 1))) value += 1;
  return value;
};

/** The 25 ASCII digits of a code as a person wrote it (spaces, dashes, any script's digits), or null. */
const digitsOf = (code) => {
  const written = Array.from(code.normalize("NFKC").replace(SEPARATORS, ""));
  if (written.length !== DIGITS + 1 || !written.every((digit) => /^\p{Nd}$/u.test(digit))) return null;
  const digits = written.map(digitValue).join("");
  return damm(digits) === 0 ? digits : null;
};

/** Whether `code` is a code whose check digit holds. */
export const isWithdrawalCode = (code) => digitsOf(code) !== null;

const freshDigits = () => {
  const digits = Array.from({ length: DIGITS }, () => randomBelow(10)).join("");
  return `${digits}${damm(digits)}`;
};

const saltOf = (rootFingerprint) => sha256(labelled("testimony/1/withdraw-salt", utf8(rootFingerprint))).slice(0, 16);

/** {seed, publicHex, kid}: the code's key. `rootFingerprint` is the chain's `fingerprint`, hex. */
export const withdrawalKey = async (code, rootFingerprint) => {
  const digits = digitsOf(code);
  if (digits === null) throw new TypeError("not a withdrawal code");
  const seed = await argon2id(digits, saltOf(rootFingerprint));
  const key = publicKeyOf(seed);
  return { seed, publicHex: key.pub, kid: kidOf(key) };
};

/** {code, publicHex}: a fresh code of 25 digits, and the public half that the manifest names. */
export const newWithdrawalCode = async (rootFingerprint) => {
  const code = freshDigits();
  return { code, publicHex: (await withdrawalKey(code, rootFingerprint)).publicHex };
};

/** A signed record of kind withdraw. `scope`: "all", or the head hashes to delete. `seed`: a worker's, or the code's. */
export const buildWithdrawal = ({ tid, scope, day, seed }) =>
  signedBy(
    { v: "testimony/1/withdraw", tid, scope: scope === "all" ? scope : [...scope].sort(), day, by: kidOf(publicKeyOf(seed)) },
    seed,
  );
