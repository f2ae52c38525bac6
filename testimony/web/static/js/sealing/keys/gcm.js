/** AES-256-GCM by WebCrypto: a random 12-byte nonce goes before the ciphertext. */

import { concat, randomBytes } from "../base/bytes.js";

const NONCE = 12;

const handle = (key) => crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);

const parameters = (iv, additionalData) => ({ name: "AES-GCM", iv, additionalData });

/** nonce ‖ ciphertext ‖ tag. `nonce` is given only by tests that hold vectors. */
export const sealGcm = async (key, plaintext, aad, nonce = randomBytes(NONCE)) =>
  concat(nonce, new Uint8Array(await crypto.subtle.encrypt(parameters(nonce, aad), await handle(key), plaintext)));

/** The plaintext, or null where key, nonce, associated data or ciphertext do not belong together. */
export const openGcm = async (key, sealed, aad) => {
  const iv = sealed.subarray(0, NONCE);
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters(iv, aad), await handle(key), sealed.subarray(NONCE)));
  } catch {
    return null;
  }
};
