/** Opening one part in the one order in which nothing is believed too early. */

import { verifyGrant } from "./acts.js";
import { digestHex } from "./hashing.js";
import { verifyManifest } from "./manifestrecord.js";
import { openSealed } from "./part.js";
import { CannotOpen } from "./refusals.js";

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
  return openSealed(head, body, { key, commit: entry.commit, expected: expectedHeader(manifest, entry) });
};
