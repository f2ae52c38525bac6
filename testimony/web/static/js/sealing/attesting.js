/** The attestation: the interviewer's signature over a testimony, sealed inside provenance, since they are at risk too. */

import { utf8 } from "./bytes.js";
import { decodeObject, encodeCanonical, hasExactly } from "./jcs.js";
import { CannotOpen } from "./refusals.js";
import { kidOf, publicKeyOf, sign, verify } from "./sigs.js";

const LABEL = "testimony/1/attest";

/** {attest, sigs} to put into provenance; `commits` is {part: commitment} of every other part. */
export const attested = ({ tid, rev, at, commits }, seed) => {
  const attest = encodeCanonical({ v: LABEL, tid, rev, by: kidOf(publicKeyOf(seed)), at, commits });
  return { attest: new TextDecoder().decode(attest), sigs: sign(LABEL, attest, seed) };
};

const requireUnaltered = (holds) => {
  if (!holds) throw new CannotOpen("altered");
};

const commitsOf = (manifest) =>
  Object.fromEntries(manifest.parts.filter(({ part }) => part !== "provenance").map(({ part, commit }) => [part, commit]));

const sameObject = (a, b) => new TextDecoder().decode(encodeCanonical(a)) === new TextDecoder().decode(encodeCanonical(b));

/**
 * Who attested (id in the roster) and when: {personId, at}, from the opened provenance part. `chain` is the roster
 * chain; the roster that the manifest names decides. Throws `CannotOpen("altered")`.
 */
export const verifyAttestation = (provenanceBytes, manifest, chain) => {
  try {
    const { attest, sigs } = decodeObject(provenanceBytes);
    requireUnaltered(typeof attest === "string");
    const value = decodeObject(utf8(attest));
    requireUnaltered(hasExactly(value, ["v", "tid", "rev", "by", "at", "commits"]) && value.v === LABEL);
    requireUnaltered(value.tid === manifest.tid && value.rev === manifest.rev && sameObject(value.commits, commitsOf(manifest)));
    const signer = chain.bySha256(manifest.roster).signer(value.by);
    requireUnaltered(signer.kind === "interviewer" && signer.status === "active");
    verify(LABEL, utf8(attest), sigs, signer.keys);
    return { personId: signer.id, at: value.at };
  } catch {
    throw new CannotOpen("altered");
  }
};
