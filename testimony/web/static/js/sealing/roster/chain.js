/**
 * The pinned root and the rosters that follow it, oldest first. Only what verifies gets in.
 *
 * After The Update Framework 1.0 (5.3): a new root counts when the threshold of the old one signed it, and its own.
 */

import { decodeObject } from "../base/jcs.js";
import { RosterRefused } from "../base/errors.js";
import { Root } from "./root.js";
import { Roster, requireRoster } from "./roster.js";

const sameBytes = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

const labelOf = (bytes) => {
  try {
    return decodeObject(bytes).v;
  } catch {
    throw new RosterRefused("structure");
  }
};

export class RosterChain {
  #rosters = [];
  #roots;
  #records = [];

  /** `rootBytes` are trusted as they are; `records` are rosters and, between them, new roots. Throws `RosterRefused`. */
  constructor(rootBytes, records = []) {
    this.root = new Root(rootBytes);
    /** Of the first, pinned root: the organisation's name, also for withdrawal codes. */
    this.fingerprint = this.root.fingerprint;
    this.#roots = [this.root];
    for (const record of records) this.add(record);
  }

  /** The roster in force. Throws `RosterRefused` "chain" while there is none. */
  get latest() {
    requireRoster(this.#rosters.length > 0, "chain");
    return this.#rosters.at(-1);
  }

  /** The accepted rosters, oldest first. */
  get rosters() {
    return [...this.#rosters];
  }

  /** The root in force and those before it, the newest first: what an older one signed in its time stays signed. */
  get roots() {
    return this.#roots.toReversed();
  }

  /** All that was accepted, rosters and roots, in order. */
  get records() {
    return [...this.#records];
  }

  /** Accept the next roster or root; false if it is held already. Throws `RosterRefused` and changes nothing. */
  add(record) {
    if ([this.root, ...this.#records].some(({ bytes }) => sameBytes(bytes, record.bytes))) return false;
    if (labelOf(record.bytes) === "testimony/1/root") this.#addRoot(record);
    else this.#addRoster(record);
    this.#records.push(record);
    return true;
  }

  bySha256(sha256) {
    return this.#rosters.find((roster) => roster.sha256 === sha256) ?? null;
  }

  /** Whose key `kid` is, as the newest roster that knows it says: {id, kind, status, keys} or null. */
  signer(kid) {
    return this.#entries(kid).at(-1) ?? null;
  }

  /** Whose key `kid` is, in the newest roster in which it was active, or null. */
  wasActive(kid) {
    return this.#entries(kid).findLast(({ status }) => status === "active") ?? null;
  }

  /** [{id, recipient}] of the active people of `audience` in the roster in force. */
  readers(audience) {
    return this.latest.readers(audience);
  }

  recipients(audience) {
    return this.latest.recipients(audience);
  }

  #entries(kid) {
    return this.#rosters.flatMap((roster) => roster.signer(kid) ?? []);
  }

  #addRoster(record) {
    this.root.verify("testimony/1/roster", record);
    const roster = new Roster(record.bytes);
    if (this.#rosters.length > 0) {
      requireRoster(roster.no > this.latest.no, "older");
      requireRoster(roster.prev === this.latest.sha256, "chain");
    }
    this.#rosters.push(roster);
  }

  #addRoot(record) {
    const root = new Root(record.bytes);
    requireRoster(root.no > this.root.no, "older");
    requireRoster(root.no === this.root.no + 1, "chain");
    requireRoster(Array.isArray(record.sigs) && record.sigs.every((list) => this.root.isOf(list) || root.isOf(list)), "signature");
    this.root.verifyAmongOthers("testimony/1/root", record);
    root.verifyAmongOthers("testimony/1/root", record);
    this.#roots.push(root);
    this.root = root;
  }
}
