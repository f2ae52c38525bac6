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

/** Whether `code` is 25 ASCII digits whose check digit holds. */
export const isWithdrawalCode = (code) => /^[0-9]{25}$/.test(code) && damm(code) === 0;

const freshDigits = () => {
  const digits = Array.from({ length: DIGITS }, () => randomBelow(10)).join("");
  return `${digits}${damm(digits)}`;
};

const saltOf = (rootFingerprint) => sha256(labelled("testimony/1/withdraw-salt", utf8(rootFingerprint))).slice(0, 16);

/** {seed, publicHex, kid}: the code's key. `rootFingerprint` is the chain's `fingerprint`, hex. */
export const withdrawalKey = async (code, rootFingerprint) => {
  if (!isWithdrawalCode(code)) throw new TypeError("not a withdrawal code");
  const seed = await argon2id(code, saltOf(rootFingerprint));
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
