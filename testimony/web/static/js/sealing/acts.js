/** The small signed statements that the browser must believe: receipts of stations and grants of readers. */

import { AUDIENCE_OF, AUDIENCES, audiencesOf, isPart } from "./audiences.js";
import { isDay, isInteger, isKid, isSha256, rises } from "./fieldforms.js";
import { hasExactly } from "./jcs.js";
import { ReceiptRefused, SignatureBad } from "./refusals.js";
import { valueOf, verifyRecord, versionOf } from "./signedrecord.js";

const RECEIPT_KEYS = ["v", "record", "parts", "station", "log_size", "root", "durable"];
const GRANT_KEYS = ["v", "manifest", "part", "head", "by", "day"];

const isReceipt = (value) =>
  hasExactly(value, RECEIPT_KEYS) && versionOf(value, "receipt") === "same" && isSha256(value.record) &&
  Array.isArray(value.parts) && value.parts.every(isSha256) && rises(value.parts) && isKid(value.station) &&
  isInteger(value.log_size, 0) && isSha256(value.root) && typeof value.durable === "boolean";

const requireReceipt = (holds, reason) => {
  if (!holds) throw new ReceiptRefused(reason);
};

const parsedReceipt = (record) => {
  try {
    return valueOf(record);
  } catch {
    throw new ReceiptRefused("structure");
  }
};

/**
 * Throw `ReceiptRefused` unless an active station (node or central) of the newest roster says that it holds `recordId`
 * and every hash of `parts`, durably. Gives the receipt as an object; only then may a phone drop its copy.
 */
export const verifyReceipt = (record, { recordId, parts, chain }) => {
  const value = parsedReceipt(record);
  requireReceipt(isReceipt(value), "structure");
  requireReceipt(value.record === recordId, "record");
  requireReceipt(parts.every((name) => value.parts.includes(name)), "parts");
  requireReceipt(value.durable, "durable");
  const signer = chain.latest.signer(value.station);
  requireReceipt(signer && ["node", "central"].includes(signer.kind) && signer.status === "active", "signer");
  try {
    verifyRecord(record, "receipt", signer.keys);
  } catch {
    throw new ReceiptRefused("signature");
  }
  return value;
};

const isGrant = (value) =>
  hasExactly(value, GRANT_KEYS) && versionOf(value, "grant") === "same" && isSha256(value.manifest) &&
  (isPart(value.part) || value.part === "annex") &&
  isSha256(value.head) && isKid(value.by) && isDay(value.day);

/**
 * The grant as an object, once a holder of that part signed it, active in some roster; what a revocation's position in
 * the log voids is the desks' matter. Throws `SignatureBad` or `NotCanonical`.
 */
export const verifyGrant = (record, chain) => {
  const value = valueOf(record);
  if (!isGrant(value)) throw new SignatureBad();
  const signer = chain.wasActive(value.by);
  const holders = value.part === "annex" ? AUDIENCES : audiencesOf(value.part);
  if (!signer || !holders.includes(AUDIENCE_OF[signer.kind])) throw new SignatureBad();
  verifyRecord(record, "grant", signer.keys);
  return value;
};
