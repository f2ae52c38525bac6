/** The root: the offline keys of an organisation, and how many of them must sign a roster or the next root. */

import { labelled } from "../base/bytes.js";
import { sha256Hex } from "../base/hashes.js";
import { RosterRefused } from "../base/errors.js";
import { once, requireRoster, statement } from "./roster.js";
import { kidOf, verify } from "../records/signatures.js";

const ALGORITHMS = ["ed25519", "ml-dsa-65"];

const isRootKey = (keys) => keys.length === ALGORITHMS.length && keys.every(({ alg }, i) => alg === ALGORITHMS[i]);

/** Whether `groups` are keys that sign together with others: each an Ed25519 key with its ML-DSA-65 key, none twice. */
export const areKeyGroups = (groups) => groups.every(isRootKey) && once(groups.flat().map(kidOf));

const firstKid = (sigs) => (Array.isArray(sigs) ? sigs[0]?.kid : undefined);

/** Throw `RosterRefused` unless `threshold` of `groups`, and nobody else, signed with all their keys. */
export const requireThreshold = (label, { bytes, sigs }, groups, threshold) => {
  requireRoster(Array.isArray(sigs), "signature");
  const byKid = new Map(groups.map((keys) => [kidOf(keys[0]), keys]));
  const signers = sigs.map((list) => byKid.get(firstKid(list)));
  requireRoster(signers.length === 0 || signers.some(Boolean), "foreign");
  requireRoster(signers.length >= threshold && signers.every(Boolean) && once(signers), "signature");
  try {
    signers.forEach((keys, i) => verify(label, bytes, sigs[i], keys));
  } catch {
    throw new RosterRefused("signature");
  }
};

export class Root {
  #keys;
  #kids;

  constructor(bytes) {
    const value = statement(bytes, "root");
    const holds = areKeyGroups(value.keys) && value.threshold <= value.keys.length;
    requireRoster(holds, "structure");
    this.bytes = bytes;
    this.no = value.no;
    this.threshold = value.threshold;
    this.fingerprint = sha256Hex(labelled("testimony/1/root", bytes));
    this.#keys = value.keys;
    this.#kids = new Set(value.keys.map((keys) => kidOf(keys[0])));
  }

  /** Throw `RosterRefused` unless a threshold of these roots, and nobody else, signed with all their keys. */
  verify(label, record) {
    requireThreshold(label, record, this.#keys, this.threshold);
  }

  /** Whether `verify` holds. */
  signed(label, record) {
    try {
      this.verify(label, record);
      return true;
    } catch {
      return false;
    }
  }

  /** Like `verify`, over those signatures that are of this root: a change of roots is signed by old and new. */
  verifyAmongOthers(label, { bytes, sigs }) {
    requireRoster(Array.isArray(sigs), "signature");
    this.verify(label, { bytes, sigs: sigs.filter((list) => this.isOf(list)) });
  }

  /** Whether the signatures in `list` say to be of one of these roots. */
  isOf(list) {
    return this.#kids.has(firstKid(list));
  }
}
