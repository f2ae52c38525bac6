/** Opening one part in the one order in which nothing is believed too early. */

import { AUDIENCE_OF, AUDIENCES, audiencesOf } from "../parts/audiences.js";
import { digestHex } from "../base/hashes.js";
import { verifyManifest } from "../parts/manifest.js";
import { openSealed } from "../parts/part.js";
import { CannotOpen, SignatureBad } from "../base/errors.js";
import { isFormed, valueOf, verifyRecord } from "../records/records.js";

const FIRST = "testimony/1/manifest";

/**
 * The grant as an object, once a holder of that part signed it, active in some roster; what a revocation's position in
 * the log voids is the desks' matter. Throws `SignatureBad` or `NotCanonical`.
 */
export const verifyGrant = (record, chain) => {
  const value = valueOf(record);
  if (!isFormed(value, "grant")) throw new SignatureBad();
  const signer = chain.wasActive(value.by);
  const holders = value.part === "annex" ? AUDIENCES : audiencesOf(value.part);
  if (!signer || !holders.includes(AUDIENCE_OF[signer.kind])) throw new SignatureBad();
  verifyRecord(record, "grant", signer.keys);
  return value;
};

/** The hashes of heads that this reader may use: the manifest's, and those of verified grants for the same part. */
const headNames = (record, entry, audience, grants, chain) => {
  const granted = grants.flatMap((grant) => {
    try {
      const { manifest, part, head } = verifyGrant(grant, chain);
      return manifest === record.id && part === entry.part ? [head] : [];
    } catch {
      return []; // a grant that does not hold grants nothing
    }
  });
  const own = audience ? [entry.heads[audience]] : Object.values(entry.heads); // undefined equals no hash
  return [...own, ...granted];
};

const expectedHeader = (manifest, entry) => ({
  tid: manifest.tid,
  rev: manifest.rev,
  part: entry.part,
  form_sha256: manifest.form_sha256,
  roster: manifest.roster,
  consent: entry.part === "consent" ? null : manifest.parts.find(({ part }) => part === "consent").commit,
});

/**
 * Open one part: {header, line, content}. `head` is the manifest's for `audience` (null: any) or a verified grant's; no
 * head or no body means that it has not arrived. Throws `CannotOpen`, whose `code` is one of four and says nothing more.
 */
export const openPart = async ({ record, part, audience = null, head, body, key, chain, grants = [] }) => {
  const manifest = verifyManifest(record, chain);
  const entry = manifest.parts.find((candidate) => candidate.part === part);
  if (!entry) throw new CannotOpen("altered");
  if (head && !headNames(record, entry, audience, grants, chain).includes(await digestHex(head))) throw new CannotOpen("altered");
  if (body && (body.length !== entry.len || (await digestHex(body)) !== entry.body)) throw new CannotOpen("altered");
  if (!head || !body) throw new CannotOpen("incomplete");
  const opened = await openSealed(head, body, { key, commit: entry.commit, expected: expectedHeader(manifest, entry) });
  if ((opened.header.decoys === null) !== (manifest.v === FIRST)) throw new CannotOpen("altered"); // one version for the whole testimony
  return opened;
};
