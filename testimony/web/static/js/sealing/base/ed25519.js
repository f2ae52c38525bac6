/** Ed25519 (RFC 8032) as OpenSSL and Python verify it: the equation without the cofactor, R compared byte for byte. */

import { ed25519, sha512 } from "../../../vendor/noble-2/noble.js";
import { concat, equal, toHex } from "./bytes.js";

const { Point } = ed25519;

/** A number of little-endian bytes. */
const numberOf = (bytes) => BigInt(`0x${toHex(bytes.toReversed())}`);

/**
 * Whether `sig` (64 bytes) is the signature by `pub` (32 bytes) over `message`.
 *
 * The library multiplies both sides by the cofactor 8: it takes an R to which a point of small order was added, which Python refuses.
 * Browsers' own Ed25519 differs between browsers, and a verdict must not, so that it is not asked.
 */
export const isSigned = (sig, message, pub) => {
  if (sig.length !== 64) return false;
  const [commitment, s] = [sig.slice(0, 32), numberOf(sig.slice(32))];
  const challenge = numberOf(sha512(concat(commitment, pub, message))) % Point.Fn.ORDER;
  try {
    const key = Point.fromBytes(pub);
    const expected = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(challenge)); // throws unless s < order
    return !key.isSmallOrder() && equal(expected.toBytes(), commitment);
  } catch {
    return false; // not a point, or another spelling of one
  }
};
