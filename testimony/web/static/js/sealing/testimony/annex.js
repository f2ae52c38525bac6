/** Annexes: a sealed statement about a testimony. Outside stand a random id, a day and a signer, nothing else. */

import { randomBytes, toHex } from "../base/bytes.js";
import { decoyKey } from "../age/recipients.js";
import { described, sealPart } from "../parts/part.js";
import { kidOf, publicKeyOf } from "../records/signatures.js";
import { signedBy } from "../records/records.js";

const PART = "annex";

/**
 * Seal `bytes` (JSON) about the testimony `tid`, which only the header line inside names: {record, part}. `roster` is the SHA-256 of the
 * roster in force; `audiences` {name: {recipients, slots}} are those that shall read it; `seed` signs. `byCode`: it is that of the
 * withdrawal code, which no roster knows, so that its public key stands outside too. Throws `CannotSeal`.
 */
export const sealAnnex = async (bytes, { tid, day, roster, audiences, seed, byCode = false }) => {
  const binding = { tid, rev: 1, consent: null, form_sha256: null, roster };
  const part = await sealPart(PART, { type: "application/json", bytes }, { binding, audiences, decoy: decoyKey() });
  const { part: _, ...outside } = await described(part);
  const key = publicKeyOf(seed);
  const value = { v: "testimony/1/annex", id: toHex(randomBytes(16)), day, by: kidOf(key), part: outside, ...(byCode ? { key: key.pub } : {}) };
  return { record: signedBy(value, seed), part };
};
