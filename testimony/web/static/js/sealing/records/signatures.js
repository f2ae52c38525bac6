/**
 * Signatures over labelled bytes: Ed25519 (RFC 8032, without the cofactor) and ML-DSA-65 (FIPS 204, pure, empty context).
 *
 * What is signed is L(label, bytes), so that a signature made for one purpose fits no other.
 */

import { ed25519, ml_dsa65 } from "../../../vendor/noble-2/noble.js";
import { concat, fromHex, isHex, labelled, toHex, utf8 } from "../base/bytes.js";
import { isSigned } from "../base/ed25519.js";
import { sha256, sha256Hex } from "../base/hashes.js";
import { hasExactly } from "../base/jcs.js";
import { SignatureBad } from "../base/errors.js";

const verifiers = {
  "ed25519": isSigned,
  "ml-dsa-65": (sig, message, pub) => ml_dsa65.verify(sig, message, pub),
};

/** The short name of a public key {alg, pub (hex)}: 16 hex digits. */
export const kidOf = ({ alg, pub }) =>
  sha256Hex(labelled("testimony/1/kid", concat(utf8(alg), Uint8Array.of(0), fromHex(pub)))).slice(0, 16);

/** The Ed25519 public key of a 32-byte seed: {alg, pub (hex)}. */
export const publicKeyOf = (seed) => ({ alg: "ed25519", pub: toHex(ed25519.getPublicKey(seed)) });

/** [{alg, kid, sig (hex)}]: L(label, bytes) signed by the Ed25519 key of `seed`. */
export const sign = (label, bytes, seed) => [
  { alg: "ed25519", kid: kidOf(publicKeyOf(seed)), sig: toHex(ed25519.sign(labelled(label, bytes), seed)) },
];

/** The seed of a root key's ML-DSA-65 half. */
export const mldsaSeed = (seed) => sha256(labelled("testimony/1/mldsa-seed", seed));

/** Throw `SignatureBad` unless exactly `keys`, in their order and with nothing besides, signed L(label, bytes). */
export const verify = (label, bytes, sigs, keys) => {
  const message = labelled(label, bytes);
  const holds = Array.isArray(sigs) && keys.length > 0 && sigs.length === keys.length &&
    keys.every((key, i) => isBy(key, sigs[i]) && verifies(key, sigs[i].sig, message));
  if (!holds) throw new SignatureBad();
};

const isBy = (key, sig) => hasExactly(sig, ["alg", "kid", "sig"]) && sig.alg === key.alg && sig.kid === kidOf(key) && isHex(sig.sig);

const verifies = ({ alg, pub }, sig, message) => {
  try {
    return verifiers[alg](fromHex(sig), message, fromHex(pub));
  } catch {
    return false; // of another length, or not a point: not a signature by this key
  }
};
