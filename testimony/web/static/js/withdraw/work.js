/** The work that a station asks for when many questions came from this network: testimony/services/accounts/work.py. DOM-free. */

import { sha256, sha256Hex } from "../sealing/base/hashes.js";

/** Tries between two pauses in which the page paints. */
const TRIES = 2000;
const encoder = new TextEncoder();

/** Whether the first `bits` bits of `bytes` are zero. */
const beginsWithZeros = (bytes, bits) => {
  const whole = bits >> 3;
  return bytes.subarray(0, whole).every((one) => one === 0) && (bits % 8 === 0 || bytes[whole] >> (8 - (bits % 8)) === 0);
};

/** The proof for `body` (text or bytes): "<challenge>:<number>". Takes 2 ** `bits` tries on average. */
export const proofFor = async (challenge, bits, body) => {
  const start = `${challenge}:${sha256Hex(typeof body === "string" ? encoder.encode(body) : body)}:`;
  for (let number = 0; ; number += 1) {
    if (number % TRIES === 0) await new Promise((next) => setTimeout(next));
    if (beginsWithZeros(sha256(encoder.encode(`${start}${number}`)), bits)) return `${challenge}:${number}`;
  }
};
