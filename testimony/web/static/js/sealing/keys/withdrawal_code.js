/**
 * The withdrawal code: 24 random digits and a Damm check digit, kept by the witness alone.
 *
 * Argon2id of the digits, salted by the organisation's root, is the seed of a signing key: every station can check its
 * signature, and nobody without the code can make one.
 */

import { argon2id } from "./argon2.js";
import { labelled, randomBelow, utf8 } from "../base/bytes.js";
import { CHECKED, checkDigit, digitsOf } from "./code_digits.js";
import { sha256 } from "../base/hashes.js";
import { kidOf, publicKeyOf } from "../records/signatures.js";
import { signedBy } from "../records/records.js";

export { isWithdrawalCode } from "./code_digits.js";

const freshDigits = () => {
  const digits = Array.from({ length: CHECKED }, () => randomBelow(10)).join("");
  return `${digits}${checkDigit(digits)}`;
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

/** A signed record of kind withdraw-early: everything of this code, at a station that knows no testimony of it. */
export const buildEarlyWithdrawal = ({ day, seed }) => {
  const key = publicKeyOf(seed);
  return signedBy({ v: "testimony/1/withdraw-early", key: key.pub, by: kidOf(key), day }, seed);
};

/** A signed record of kind withdraw. `scope`: "all", or the head hashes to delete. `seed`: a worker's, or the code's. */
export const buildWithdrawal = ({ tid, scope, day, seed }) =>
  signedBy(
    { v: "testimony/1/withdraw", tid, scope: scope === "all" ? scope : [...scope].sort(), day, by: kidOf(publicKeyOf(seed)) },
    seed,
  );
