/**
 * The withdrawal code: 24 random digits and a Damm check digit, kept by the witness alone.
 *
 * Argon2id of the digits, salted by the organisation's root, is the seed of a signing key: every station can check its
 * signature, and nobody without the code can make one.
 */

import { argon2id } from "./argon2.js";
import { labelled, randomBelow, utf8 } from "../base/bytes.js";
import { CHECKED, checkDigit, digitsOf } from "./code_digits.js";
import { derive, sha256 } from "../base/hashes.js";
import { kidOf, publicKeyOf } from "../records/signatures.js";
import { signedBy } from "../records/records.js";

export { isWithdrawalCode } from "./code_digits.js";

const freshDigits = () => {
  const digits = Array.from({ length: CHECKED }, () => randomBelow(10)).join("");
  return `${digits}${checkDigit(digits)}`;
};

const saltOf = (rootFingerprint) => sha256(labelled("testimony/1/withdraw-salt", utf8(rootFingerprint))).slice(0, 16);

/** Keys of one code: one for each testimony of the same person, so that no station can tell that they belong together. */
const KEYS = 6;
const FURTHER = utf8("testimony/2/withdraw");

const keyFrom = (seed) => {
  const key = publicKeyOf(seed);
  return { seed, publicHex: key.pub, kid: kidOf(key) };
};

/** [{seed, publicHex, kid}]: the code's keys, the first for a person's first testimony. `rootFingerprint`: the chain's, hex. */
export const withdrawalKeys = async (code, rootFingerprint) => {
  const digits = digitsOf(code);
  if (digits === null) throw new TypeError("not a withdrawal code");
  const first = await argon2id(digits, saltOf(rootFingerprint));
  const further = Array.from({ length: KEYS - 1 }, (_, at) => derive(first, new Uint8Array(0), new Uint8Array([...FURTHER, at + 1])));
  return [first, ...further].map(keyFrom);
};

/** {code, publicHex, further}: a fresh code of 25 digits, the public half that the manifest names, and those for the person's next testimonies. */
export const newWithdrawalCode = async (rootFingerprint) => {
  const code = freshDigits();
  const keys = await withdrawalKeys(code, rootFingerprint);
  keys.forEach(({ seed }) => seed.fill(0));
  const [publicHex, ...further] = keys.map((key) => key.publicHex);
  return { code, publicHex, further };
};

/** A signed record of kind withdraw-early: all that was sealed with the key `number` (0: the first) of a code, at a station that knows none of it. */
export const buildEarlyWithdrawal = ({ day, seed, number = 0 }) => {
  const key = publicKeyOf(seed);
  const said = { key: key.pub, by: kidOf(key), day };
  return signedBy(number === 0 ? { v: "testimony/1/withdraw-early", ...said } : { v: "testimony/2/withdraw-early", number, ...said }, seed);
};

/** A signed record of kind withdraw. `scope`: "all", or the head hashes to delete. `seed`: a worker's, or the code's. */
export const buildWithdrawal = ({ tid, scope, day, seed }) =>
  signedBy(
    { v: "testimony/1/withdraw", tid, scope: scope === "all" ? scope : [...scope].sort(), day, by: kidOf(publicKeyOf(seed)) },
    seed,
  );
