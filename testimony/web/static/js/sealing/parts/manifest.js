/** The manifest: the signed list of a testimony's parts, which alone says what belongs to it. */

import { ALWAYS, arePiecesNumbered, audiencesOf, isPart } from "./audiences.js";
import { isDay, isInteger, isKid, isSha256, isText, rises } from "../records/fields.js";
import { isHex } from "../base/bytes.js";
import { sha256Hex } from "../base/hashes.js";
import { hasExactly } from "../base/jcs.js";
import { longestBody, smallestBody } from "./part.js";
import { CannotOpen } from "../base/errors.js";
import { valueOf, verifyRecord, versionOf } from "../records/records.js";

const KEYS = ["v", "tid", "rev", "prev", "day", "form", "form_sha256", "roster", "roster_no", "by", "withdraw", "parts"];
const LARGEST_TESTIMONY = 2 * 1024 ** 3;

const isEntry = (entry) =>
  hasExactly(entry, ["part", "commit", "heads", "body", "len"]) && isPart(entry.part) && isSha256(entry.commit) &&
  hasExactly(entry.heads, audiencesOf(entry.part)) && Object.values(entry.heads).every(isSha256) &&
  isSha256(entry.body) && isInteger(entry.len, smallestBody, longestBody);

const hasParts = (parts) =>
  Array.isArray(parts) && parts.every(isEntry) && rises(parts.map(({ part }) => part)) &&
  ALWAYS.every((name) => parts.some(({ part }) => part === name)) && arePiecesNumbered(parts.map(({ part }) => part)) &&
  parts.reduce((sum, { len }) => sum + len, 0) <= LARGEST_TESTIMONY;

const isManifest = (value) =>
  hasExactly(value, KEYS) && isHex(value.tid, 16) && value.rev === 1 && value.prev === null && isDay(value.day) &&
  isText(value.form, 64) && isSha256(value.form_sha256) && isSha256(value.roster) && isInteger(value.roster_no, 1) &&
  isKid(value.by) && (value.withdraw === null || isHex(value.withdraw, 32)) && hasParts(value.parts);

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
    throw new CannotOpen(isInteger(value.roster_no, chain.latest.no + 1) ? "incomplete" : "altered");
  }
  const signer = roster.signer(value.by);
  if (signer?.kind !== "phone" || signer.status !== "active" || value.roster_no !== roster.no) throw new CannotOpen("altered");
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
  if (!isManifest(value)) throw new CannotOpen("altered");
  return value;
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
 * structure. Throws `CannotOpen`: altered, newer_version, or incomplete where its roster has not arrived.
 */
export const verifyManifest = (record, chain) => {
  const name = `${sha256Hex(record.bytes)} ${JSON.stringify(record.sigs)}`;
  const held = heldBy(chain);
  if (!held.has(name)) held.set(name, frozen(verified(record, chain)));
  return held.get(name);
};
