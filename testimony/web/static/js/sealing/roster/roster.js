/** One roster: who signs, who reads, with how many slots; checked in form and for what code forbids whatever is signed. */

import { AUDIENCE_OF, AUDIENCES } from "../parts/audiences.js";
import { isDay, isInteger, isSha256, isText } from "../records/fields.js";
import { sha256Hex } from "../base/hashes.js";
import { decodeObject, hasExactly } from "../base/jcs.js";
import { parseRecipient } from "../age/recipients.js";
import { isOrganisation } from "./organisation.js";
import { RosterRefused } from "../base/errors.js";
import { isPublicKey, kidOf } from "../records/signatures.js";
import { versionOf } from "../records/records.js";

const KEYS = ["v", "no", "prev", "issued", "expires", "slots", "policy", "people", "devices"];
const COMPARTMENTS = ["coded", "consent", "identity", "incident", "media", "narrative", "provenance"];
const FOR_COORDINATORS = ["coded", "consent"];
const ROLES = [...Object.keys(AUDIENCE_OF), "interviewer"];
const KINDS = ["phone", "node", "central"];
const LARGEST_SLOTS = 64;

export const requireRoster = (holds, reason) => {
  if (!holds) throw new RosterRefused(reason);
};

export const statement = (bytes, kind) => {
  try {
    const value = decodeObject(bytes);
    requireRoster(versionOf(value, kind) === "same", "structure");
    return value;
  } catch {
    throw new RosterRefused("structure");
  }
};

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

export const areKeys = (keys) => Array.isArray(keys) && keys.every(isPublicKey);

const isPerson = (person) =>
  isObject(person) && isText(person.id, 64) && ROLES.includes(person.role) && isText(person.status, 32) &&
  (person.keys === undefined || areKeys(person.keys)) && (person.age === undefined || isText(person.age, 4000));

const isDevice = (device) =>
  isObject(device) && isText(device.id, 64) && (device.kind === undefined || KINDS.includes(device.kind)) && isText(device.status, 32) &&
  areKeys(device.keys) && device.keys.length > 0;

const isPolicy = (policy) =>
  hasExactly(policy, COMPARTMENTS) &&
  Object.values(policy).every((allowed) => Array.isArray(allowed) && allowed.every((name) => AUDIENCES.includes(name)));

const isRoster = (value) =>
  KEYS.every((key) => Object.hasOwn(value, key)) && isInteger(value.no, 1) && (value.prev === null || isSha256(value.prev)) &&
  isDay(value.issued) && isDay(value.expires) && hasExactly(value.slots, AUDIENCES) &&
  Object.values(value.slots).every((count) => isInteger(count, 1, LARGEST_SLOTS)) && isPolicy(value.policy) &&
  Array.isArray(value.people) && value.people.every(isPerson) && Array.isArray(value.devices) &&
  value.devices.every(isDevice) && (value.organisation === undefined || isObject(value.organisation));

export const once = (list) => new Set(list).size === list.length;

/** What code forbids, whatever was signed: a second role or key of the same person, coordinators reading more. */
const requireSafe = ({ people, devices, policy }) => {
  const keys = [...people, ...devices].flatMap((who) => (who.keys ?? []).map(kidOf));
  const ages = people.flatMap(({ age }) => (age ? [age] : []));
  requireRoster([people.map(({ id }) => id), devices.map(({ id }) => id), ages, keys].every(once), "roles");
  const wide = Object.entries(policy).some(([part, allowed]) => !FOR_COORDINATORS.includes(part) && allowed.includes("coordinators"));
  requireRoster(!wide, "policy");
};

/** One roster, checked in form; its signatures are the chain's matter. `.value` is the whole of it. */
export class Roster {
  #readers;
  #signers;

  constructor(bytes) {
    const value = statement(bytes, "roster");
    requireRoster(isRoster(value), "structure");
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
