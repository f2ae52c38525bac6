/**
 * Argon2id (RFC 9106) over WebAssembly, loaded only when a passphrase or a withdrawal code is asked for.
 *
 * A service worker may not load anything later, so passphrases are for pages and dedicated workers; all else runs there too.
 * 64 MiB, three passes, one lane: a third of a second on a laptop. Source of the numbers: OWASP, ASVS 5.0.
 */

import { utf8 } from "../base/bytes.js";

export const PARAMETERS = { m_kib: 65536, t: 3, p: 1 };

/** Python's str.strip(), which differs from JavaScript's trim() in six characters. */
const ENDS = /^(?:[^\S\uFEFF]|[\x1c-\x1f\x85])+|(?:[^\S\uFEFF]|[\x1c-\x1f\x85])+$/g;

/** `passphrase` in NFKC without spaces at its ends, so that every keyboard gives the same bytes. */
const normalised = (passphrase) => passphrase.normalize("NFKC").replace(ENDS, "");

/** 32 bytes from `passphrase` and a 16-byte salt. */
export const argon2id = async (passphrase, salt) => {
  const library = await import("../../../vendor/hash-wasm-4.13.0/argon2.js");
  const { m_kib: memorySize, t: iterations, p: parallelism } = PARAMETERS;
  const password = utf8(normalised(passphrase));
  return library.argon2id({ password, salt, memorySize, iterations, parallelism, hashLength: 32, outputType: "binary" });
};
