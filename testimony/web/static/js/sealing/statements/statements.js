/** The small signed statements that a phone must believe: receipts of stations. */

import { ReceiptRefused } from "../base/errors.js";
import { isFormed, valueOf, verifyRecord } from "../records/records.js";

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
  requireReceipt(isFormed(value, "receipt"), "structure");
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
