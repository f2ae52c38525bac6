/** The small signed statements that a phone must believe: receipts of stations. */

import { isInteger, isKid, isSha256, rises } from "../records/fields.js";
import { hasExactly } from "../base/jcs.js";
import { ReceiptRefused } from "../base/errors.js";
import { valueOf, verifyRecord, versionOf } from "../records/records.js";

const RECEIPT_KEYS = ["v", "record", "parts", "station", "log_size", "root", "durable"];

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
