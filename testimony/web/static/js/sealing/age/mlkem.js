/**
 * ML-KEM-768 (FIPS 203), native where WebCrypto has it (seen in Chromium 156), by noble elsewhere.
 *
 * Native code is taken only after it understood noble once in this page. It is faster, and constant in time.
 */

import { ml_kem768 } from "../../../vendor/noble-2/noble.js";
import { equal, randomBytes } from "../base/bytes.js";

const NAME = { name: "ML-KEM-768" };
const Q = 3329;
const COEFFICIENTS = 768;
const PACKED_BYTES = (COEFFICIENTS * 3) / 2;

const native = {
  present: typeof crypto.subtle?.encapsulateBits === "function",
  sealer: async (publicKey) => {
    const handle = await crypto.subtle.importKey("raw-public", publicKey, NAME, false, ["encapsulateBits"]);
    return async () => {
      const { ciphertext, sharedKey } = await crypto.subtle.encapsulateBits(NAME, handle);
      return { ciphertext: new Uint8Array(ciphertext), secret: new Uint8Array(sharedKey) };
    };
  },
  opener: async (seed) => {
    const handle = await crypto.subtle.importKey("raw-seed", seed, NAME, false, ["decapsulateBits"]);
    return async (ciphertext) => new Uint8Array(await crypto.subtle.decapsulateBits(NAME, handle, ciphertext));
  },
};

const portable = {
  present: true,
  sealer: async (publicKey) => {
    /** @type {any} */
    const prepared = ml_kem768.prepare(publicKey);
    return async () => {
      const { cipherText: ciphertext, sharedSecret: secret } = prepared.encapsulate();
      return { ciphertext, secret };
    };
  },
  opener: async (seed) => {
    const { publicKey, secretKey } = ml_kem768.keygen(seed);
    const prepared = ml_kem768.prepare(publicKey);
    return async (ciphertext) => prepared.decapsulate(ciphertext, secretKey);
  },
};

const understoodBy = async (sealing, opening) => {
  const seed = randomBytes(64);
  const { ciphertext, secret } = await (await sealing.sealer(ml_kem768.keygen(seed).publicKey))();
  return equal(await (await opening.opener(seed))(ciphertext), secret);
};

const detect = async () => {
  try {
    return (await understoodBy(native, portable)) && (await understoodBy(portable, native)) ? native : portable;
  } catch {
    return portable;
  }
};

let chosen = null;
const implementation = () => (chosen ??= detect());

/** A function that encapsulates to `publicKey` (1184 bytes): `async () => {ciphertext, secret}`. */
export const sealerFor = async (publicKey) => (await implementation()).sealer(publicKey);

/** A function that decapsulates with the key of a 64-byte seed: `async (ciphertext) => secret`. */
export const openerFor = async (seed) => (await implementation()).opener(seed);

export const publicOfSeed = (seed) => ml_kem768.keygen(seed).publicKey;

/** The 768 coefficients of t, 12 bits each (ByteDecode_12 of FIPS 203, which `isPublicKey` and decoys need alone). */
const coefficient = (packed, i) => {
  const at = (i >> 1) * 3;
  return i % 2 === 0 ? packed[at] | ((packed[at + 1] & 0x0f) << 8) : (packed[at + 1] >> 4) | (packed[at + 2] << 4);
};

/** The modulus check of FIPS 203, 7.2: whether every coefficient of `publicKey` is below q. */
export const isPublicKey = (publicKey) => {
  for (let i = 0; i < COEFFICIENTS; i += 1) if (coefficient(publicKey, i) >= Q) return false;
  return true;
};

/** 768 numbers uniform below q, by rejection. */
const uniformNumbers = () => {
  const numbers = new Uint16Array(COEFFICIENTS);
  let count = 0;
  while (count < COEFFICIENTS) {
    for (const word of new Uint16Array(randomBytes(2048).buffer)) {
      if ((word & 0xfff) < Q && count < COEFFICIENTS) numbers[count++] = word & 0xfff;
    }
  }
  return numbers;
};

/** A public key whose private half nobody ever had: t uniform, and a random seed of the matrix. */
export const randomPublicKey = () => {
  const key = new Uint8Array(PACKED_BYTES + 32);
  const numbers = uniformNumbers();
  for (let i = 0; i < COEFFICIENTS; i += 2) {
    const [low, high] = [numbers[i], numbers[i + 1]];
    key.set([low & 0xff, (low >> 8) | ((high << 4) & 0xff), high >> 4], (i / 2) * 3);
  }
  key.set(randomBytes(32), PACKED_BYTES);
  return key;
};

/** Both, for the tests that hold them against each other. */
export const implementations = { native, portable };
