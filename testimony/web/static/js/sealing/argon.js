/**
 * Argon2id (RFC 9106) over WebAssembly, loaded only when a passphrase or a withdrawal code is asked for.
 *
 * 64 MiB, three passes, one lane: a third of a second on a laptop. Source of the numbers: OWASP, ASVS 5.0.
 */

import { utf8 } from "./bytes.js";

export const PARAMETERS = { m_kib: 65536, t: 3, p: 1 };

/** 32 bytes from `passphrase` (NFKC, so that every keyboard gives the same) and a 16-byte salt. */
export const argon2id = async (passphrase, salt, { m_kib: memorySize, t: iterations, p: parallelism } = PARAMETERS) => {
  const library = await import("../../vendor/hash-wasm-4.13.0/argon2.js");
  const password = utf8(passphrase.normalize("NFKC"));
  return library.argon2id({ password, salt, memorySize, iterations, parallelism, hashLength: 32, outputType: "binary" });
};
