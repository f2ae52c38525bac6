/**
 * HPKE (RFC 9180) base mode with MLKEM768-X25519 (0x647a), HKDF-SHA256 and ChaCha20-Poly1305: what an age stanza is.
 *
 * KEM: X-Wing (draft-connolly-cfrg-xwing-kem): SHA3-256(ss_M ‖ ss_X ‖ ct_X ‖ pk_X ‖ label). Its shared secret goes into
 * the key schedule as it is. Source: c2sp.org/age 1.1.0 "The mlkem768x25519 recipient type", draft-ietf-hpke-pq.
 */

import { chacha20poly1305, sha3_256, shake256 } from "../../../vendor/noble-2/noble.js";
import { concat, fromHex, utf8 } from "../base/bytes.js";
import { expand, extract, sha256 } from "../base/hashes.js";
import { isPublicKey, openerFor, publicOfSeed, sealerFor } from "./mlkem.js";
import { ephemeral, privateKeyOf, publicKeyOf, publicOf, shared } from "./x25519.js";

export const ENCAPSULATION_BYTES = 1120;
const RECIPIENT_BYTES = 1216;
const MLKEM_BYTES = 1184;
const MLKEM_CIPHERTEXT_BYTES = 1088;
const XWING_LABEL = fromHex("5c2e2f2f5e5c");
const SUITE = concat(utf8("HPKE"), fromHex("647a00010003"));
const EMPTY = new Uint8Array(0);

const labelledExtract = (salt, label, secret) =>
  extract(sha256, concat(utf8("HPKE-v1"), SUITE, utf8(label), secret), salt);

const labelledExpand = (secret, label, context, length) =>
  expand(sha256, secret, concat(Uint8Array.of(0, length), utf8("HPKE-v1"), SUITE, utf8(label), context), length);

/** The part of the key schedule that depends on `info` alone. */
export const contextOf = (info) =>
  concat(Uint8Array.of(0), labelledExtract(EMPTY, "psk_id_hash", EMPTY), labelledExtract(EMPTY, "info_hash", info));

const cipherOf = (sharedSecret, context, aad) => {
  const secret = labelledExtract(sharedSecret, "secret", EMPTY);
  const key = labelledExpand(secret, "key", context, 32);
  return chacha20poly1305(key, labelledExpand(secret, "base_nonce", context, 12), aad);
};

const combined = (ssM, ssX, ctX, pkX) => sha3_256(concat(ssM, ssX, ctX, pkX, XWING_LABEL));

/** The key pair of a 32-byte seed: SHAKE256(seed, 96) = ML-KEM d ‖ z ‖ X25519 private bytes. */
export const expandSeed = (seed) => {
  const expanded = shake256(seed, { dkLen: 96 });
  const [seedM, seedX] = [expanded.subarray(0, 64), expanded.subarray(64)];
  const publicX = publicOf(seedX);
  return { raw: concat(publicOfSeed(seedM), publicX), publicX, opener: openerFor(seedM), privateX: privateKeyOf(seedX) };
};

/** `raw` (1216 bytes) checked and made ready for many seals, at the first of them; throws where it is not a recipient. */
export const prepareRecipient = (raw) => {
  if (raw.length !== RECIPIENT_BYTES || !isPublicKey(raw)) throw new TypeError("not a recipient");
  const publicX = raw.slice(MLKEM_BYTES);
  let handles = null;
  return { publicX, handles: () => (handles ??= Promise.all([sealerFor(raw.slice(0, MLKEM_BYTES)), publicKeyOf(publicX)])) };
};

/** {enc (1120 bytes), ciphertext} of `plaintext` for a prepared recipient. */
export const sealTo = async ({ publicX, handles }, context, plaintext, aad) => {
  const [sealer, handleX] = await handles();
  const [{ privateKey, publicBytes }, { ciphertext, secret }] = await Promise.all([ephemeral(), sealer()]);
  const sharedX = await shared(privateKey, handleX);
  const cipher = cipherOf(combined(secret, sharedX, publicBytes, publicX), context, aad);
  return { enc: concat(ciphertext, publicBytes), ciphertext: cipher.encrypt(plaintext) };
};

/**
 * The `enc` of a message to a throw-away recipient, of which `sealer` is the ML-KEM half. Nobody could derive what it
 * encapsulates, so nothing is derived.
 */
export const encapsulateToNobody = async (sealer) => {
  const [{ publicBytes }, { ciphertext }] = await Promise.all([ephemeral(), sealer()]);
  return concat(ciphertext, publicBytes);
};

/**
 * The plaintext, or null where this key is not the one that it was sealed to. Throws where `enc` holds a point of small
 * order, which no sealer makes.
 */
export const openWith = async ({ opener, publicX, privateX }, context, enc, ciphertext, aad) => {
  const [ctM, ctX] = [enc.subarray(0, MLKEM_CIPHERTEXT_BYTES), enc.subarray(MLKEM_CIPHERTEXT_BYTES)];
  const [secret, sharedX] = await Promise.all([(await opener)(ctM), shared(await privateX, await publicKeyOf(ctX))]);
  const cipher = cipherOf(combined(secret, sharedX, ctX, publicX), context, aad);
  try {
    return cipher.decrypt(ciphertext);
  } catch {
    return null; // another reader's stanza, or a decoy
  }
};
