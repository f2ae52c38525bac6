/** The attestation: the interviewer's signature over a testimony, sealed inside provenance, since they are at risk too. */

import { utf8 } from "../base/bytes.js";
import { decodeObject, encodeCanonical } from "../base/jcs.js";
import { CannotOpen } from "../base/errors.js";
import { numberOf } from "../records/days.js";
import { isFormed, isImported } from "../records/records.js";
import { kidOf, publicKeyOf, sign, verify } from "../records/signatures.js";

const LABEL = "testimony/1/attest";
const A_DAY = 1; // clocks and midnights differ

/** {attest, sigs} to put into provenance; `commits` is {part: commitment} of every other part. */
export const attested = ({ tid, rev, at, commits }, seed) => {
  const attest = encodeCanonical({ v: LABEL, tid, rev, by: [publicKeyOf(seed)], at, commits });
  return { attest: new TextDecoder().decode(attest), sigs: sign(LABEL, attest, seed) };
};

const requireUnaltered = (holds) => {
  if (!holds) throw new CannotOpen("altered");
};

const commitsOf = (manifest) =>
  Object.fromEntries(manifest.parts.filter(({ part }) => part !== "provenance").map(({ part, commit }) => [part, commit]));

const sameObject = (a, b) => new TextDecoder().decode(encodeCanonical(a)) === new TextDecoder().decode(encodeCanonical(b));

/** The keys that attested `manifest`'s parts, and when: {keys, at}; whose they are is not looked at. Throws. */
export const verifyAttestationSignature = (provenanceBytes, manifest) => {
  const { attest, sigs } = decodeObject(provenanceBytes);
  requireUnaltered(typeof attest === "string");
  const value = decodeObject(utf8(attest));
  requireUnaltered(isFormed(value, "attest"));
  const { by: keys, at } = value;
  verify(LABEL, utf8(attest), sigs, keys);
  requireUnaltered(value.tid === manifest.tid && value.rev === manifest.rev);
  requireUnaltered(sameObject(value.commits, commitsOf(manifest)));
  return { keys, at };
};

/**
 * Who attested (id in the roster) and when: {personId, at}, from the opened provenance part. `chain` is the roster
 * chain; the roster that the manifest names decides. Throws `CannotOpen("altered")`.
 */
export const verifyAttestation = (provenanceBytes, manifest, chain) => {
  try {
    const { keys, at } = verifyAttestationSignature(provenanceBytes, manifest);
    const signed = numberOf(at);
    requireUnaltered(signed >= numberOf(chain.rosters[0].value.issued) - A_DAY && signed <= numberOf(manifest.day) + A_DAY);
    const person = chain.bySha256(manifest.roster).signer(kidOf(keys[0]));
    requireUnaltered(isImported(manifest) ? kidOf(keys[0]) === manifest.by : person.kind === "interviewer");
    requireUnaltered(person.status === "active" && sameObject(person.keys, keys));
    return { personId: person.id, at };
  } catch {
    throw new CannotOpen("altered");
  }
};
