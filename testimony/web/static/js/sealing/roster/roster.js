/** One roster: who signs, who reads, with how many slots; checked in form and for what code forbids whatever is signed. */

import { AUDIENCE_OF, AUDIENCES } from "../parts/audiences.js";
import { sha256Hex } from "../base/hashes.js";
import { decodeObject } from "../base/jcs.js";
import { parseRecipient } from "../age/recipients.js";
import { isOrganisation } from "./organisation.js";
import { RosterRefused } from "../base/errors.js";
import { kidOf } from "../records/signatures.js";
import { holds } from "../records/forms.js";
import { isFormed } from "../records/records.js";

const FOR_COORDINATORS = ["coded", "consent"];

export const requireRoster = (holds, reason) => {
  if (!holds) throw new RosterRefused(reason);
};

/** The statement of `kind`, once its form holds. Throws `RosterRefused`. */
export const statement = (bytes, kind) => {
  try {
    const value = decodeObject(bytes);
    requireRoster(isFormed(value, kind), "structure");
    return value;
  } catch {
    throw new RosterRefused("structure");
  }
};

export const once = (list) => new Set(list).size === list.length;

/** What code forbids, whatever was signed: a second role or key of the same person, coordinators reading more. */
const requireSafe = ({ people, devices, policy }) => {
  const keys = [...people, ...devices].flatMap((who) => (who.keys ?? []).map(kidOf));
  const ages = people.flatMap(({ age }) => (age ? [age] : []));
  requireRoster([people.map(({ id }) => id), devices.map(({ id }) => id), ages, keys].every(once), "roles");
  const wide = Object.entries(policy).some(([part, allowed]) => !FOR_COORDINATORS.includes(part) && allowed.includes("coordinators"));
  requireRoster(!wide, "policy");
};

const NEWEST = 2;

/** The version of manifests that phones seal under the roster `value`: what every station knows, and this program too. */
const versionIn = ({ trust }) => (holds("number", trust?.seals) ? Math.min(trust.seals, NEWEST) : 1);

/** One roster, checked in form; its signatures are the chain's matter. `.value` is the whole of it. */
export class Roster {
  #readers;
  #signers;

  constructor(bytes) {
    const value = statement(bytes, "roster");
    requireRoster(isOrganisation(value.organisation ?? {}), "organisation");
    requireSafe(value);
    this.value = value;
    this.bytes = bytes;
    this.sha256 = sha256Hex(bytes);
    this.no = value.no;
    this.prev = value.prev;
    this.slots = value.slots;
    this.organisation = value.organisation ?? {};
    this.expires = value.expires;
    this.seals = versionIn(value);
    this.#signers = signersOf(value);
    this.#readers = readersOf(value);
    requireRoster(AUDIENCES.every((audience) => this.#readers[audience].length <= this.slots[audience]), "slots");
  }

  /** The audiences that may ever be given `part` (media-001 is under "media"). */
  ceiling(part) {
    return this.value.policy[part.startsWith("media-") ? "media" : part] ?? [];
  }

  /** {id, kind (a person's role or a device's kind), status, keys} of whose key `kid` is, or null. */
  signer(kid) {
    return this.#signers.get(kid) ?? null;
  }

  /** [{id, recipient}] of the active people of an audience; recipients are made ready once. */
  readers(audience) {
    return this.#readers[audience];
  }

  recipients(audience) {
    return this.readers(audience).map(({ recipient }) => recipient);
  }

  /** Whether `day` (YYYY-MM-DD) is after the last one of this roster: warn loudly, go on sealing. */
  expired(day) {
    return day > this.expires;
  }
}

const signersOf = ({ people, devices }) => {
  const entries = [
    ...people.map(({ id, role, status, keys = [] }) => ({ id, kind: role, status, keys })),
    ...devices.map(({ id, kind = "phone", status, keys }) => ({ id, kind, status, keys })),
  ];
  return new Map(entries.flatMap((entry) => entry.keys.map((key) => [kidOf(key), entry])));
};

const readersOf = ({ people }) => {
  const readers = Object.fromEntries(AUDIENCES.map((audience) => [audience, []]));
  for (const { id, role, status, age } of people) {
    if (!age) continue;
    const recipient = recipientOf(age);
    if (status === "active" && AUDIENCE_OF[role]) readers[AUDIENCE_OF[role]].push({ id, recipient });
  }
  return readers;
};

const recipientOf = (age) => {
  try {
    return parseRecipient(age);
  } catch {
    throw new RosterRefused("structure");
  }
};
