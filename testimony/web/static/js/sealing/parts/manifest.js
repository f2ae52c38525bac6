/** The manifest: the signed list of a testimony's parts, which alone says what belongs to it. */

import { ALWAYS, arePiecesNumbered, audiencesOf } from "./audiences.js";
import { holds, rises } from "../records/forms.js";
import { sha256Hex } from "../base/hashes.js";
import { hasExactly } from "../base/jcs.js";
import { CannotOpen } from "../base/errors.js";
import { isFormed, isImported, valueOf, verifyRecord, versionOf } from "../records/records.js";

const LARGEST_TESTIMONY = 2 * 1024 ** 3;

const hasParts = (parts) =>
  parts.every(({ part, heads }) => hasExactly(heads, audiencesOf(part))) && rises(parts.map(({ part }) => part)) &&
  ALWAYS.every((name) => parts.some(({ part }) => part === name)) && arePiecesNumbered(parts.map(({ part }) => part)) &&
  parts.reduce((sum, { len }) => sum + len, 0) <= LARGEST_TESTIMONY;

const parsed = (record) => {
  try {
    return valueOf(record);
  } catch {
    throw new CannotOpen("altered");
  }
};

/** The keys of the device that `value` names, in the roster that it names. */
const signerKeys = (value, chain) => {
  const roster = typeof value.roster === "string" ? chain.bySha256(value.roster) : null;
  if (!roster) {
    // A roster newer than all that are held has only not arrived yet; any other unknown one is no roster of ours.
    throw new CannotOpen(holds("number", value.roster_no) && value.roster_no > chain.latest.no ? "incomplete" : "altered");
  }
  const signer = roster.signer(value.by);
  if (signer?.kind !== (isImported(value) ? "lawyer" : "phone") || signer.status !== "active" || value.roster_no !== roster.no) throw new CannotOpen("altered");
  return signer.keys;
};

const verified = (record, chain) => {
  const value = parsed(record);
  const version = versionOf(value, "manifest");
  if (version !== "same") throw new CannotOpen(version === "newer" ? "newer_version" : "altered");
  const keys = signerKeys(value, chain);
  try {
    verifyRecord(record, "manifest", keys);
  } catch {
    throw new CannotOpen("altered");
  }
  if (!isFormed(value, "manifest") || !hasParts(value.parts)) throw new CannotOpen("altered");
  return { keep_until: null, ...value };
};

/** What was verified against a chain stays so, since a chain only grows: a reader opens six parts by one manifest. */
const verifiedBy = new WeakMap();
const MOST_HELD = 64;

const frozen = (value) => {
  if (value !== null && typeof value === "object") Object.values(value).forEach(frozen);
  return Object.freeze(value);
};

const heldBy = (chain) => {
  if (!verifiedBy.has(chain)) verifiedBy.set(chain, new Map());
  const held = verifiedBy.get(chain);
  if (held.size > MOST_HELD) held.clear();
  return held;
};

/**
 * The manifest as a frozen object, in the stated order: canonical, version, signatures against the pinned roster,
 * structure. `keep_until` is null without an end and in version 1, which does not say it. Throws `CannotOpen`: altered, newer_version, or incomplete where its roster has not arrived.
 */
export const verifyManifest = (record, chain) => {
  const name = `${sha256Hex(record.bytes)} ${JSON.stringify(record.sigs)}`;
  const held = heldBy(chain);
  if (!held.has(name)) held.set(name, frozen(verified(record, chain)));
  return held.get(name);
};
