/** Contests: a lawyer and a coordinator say that a worker's withdrawal is false, and then it is void. */

import { decodeSigned, isFormed, valueOf, verifyRecord } from "../records/records.js";

const ROLES = ["coordinator", "lawyer"];

/** The role of whoever signed `envelope`, a contest of `withdrawal` (a record's name), if active; null for anything else. */
const contester = (envelope, withdrawal, chain) => {
  try {
    const record = decodeSigned(envelope);
    const value = valueOf(record);
    const signer = chain.latest.signer(value.by);
    if (!isFormed(value, "contest") || value.withdrawal !== withdrawal || signer?.status !== "active") return null;
    verifyRecord(record, "contest", signer.keys);
    return signer.kind;
  } catch (error) {
    if (error.name === "NotCanonical" || error.name === "SignatureBad") return null;
    throw error;
  }
};

/** Whether `envelopes` (bytes) hold contests of `withdrawal` by an active lawyer and an active coordinator of `chain`. */
export const isVoid = (withdrawal, envelopes, chain) => {
  const roles = envelopes.map((envelope) => contester(envelope, withdrawal, chain));
  return ROLES.every((role) => roles.includes(role));
};
