/** The small signed statements of an archive, each verified as its kind asks. Twin of statements.py; DOM-free. */

import { AUDIENCE_OF, AUDIENCES } from "../../web/static/js/sealing/parts/audiences.js";
import { isHex } from "../../web/static/js/sealing/base/bytes.js";
import { isDay, isInteger, isKid, isSha256, rises } from "../../web/static/js/sealing/records/fields.js";
import { hasExactly } from "../../web/static/js/sealing/base/jcs.js";
import { verifyGrant } from "../../web/static/js/sealing/testimony/open.js";
import { longestBody, smallestBody } from "../../web/static/js/sealing/parts/part.js";
import { SignatureBad } from "../../web/static/js/sealing/base/errors.js";
import { valueOf, verifyRecord, versionOf } from "../../web/static/js/sealing/records/records.js";
import { kidOf } from "../../web/static/js/sealing/records/signatures.js";

const WORKERS = [...Object.keys(AUDIENCE_OF), "interviewer"];
const WITHDRAWERS = [...WORKERS, "phone"];
const CONTESTERS = ["lawyer", "coordinator"];
export const STATIONS = ["node", "central"];
const DESTROYERS = [...STATIONS, ...Object.keys(AUDIENCE_OF)];

const need = (holds) => {
  if (!holds) throw new SignatureBad();
};

/** The statement of `record`, of this version of `kind`, with exactly `keys` besides "v", once `holds(value)`. Throws. */
const statement = (record, kind, keys, holds) => {
  const value = valueOf(record);
  need(hasExactly(value, ["v", ...keys]) && versionOf(value, kind) === "same" && holds(value));
  return value;
};

/** Whose record it is: somebody with one of `roles`, active in some roster, who signed it. Throws `SignatureBad`. */
export const requireSigned = (record, kind, by, chain, roles) => {
  const entry = typeof by === "string" ? chain.wasActive(by) : null;
  need(entry && roles.includes(entry.kind));
  verifyRecord(record, kind, entry.keys);
  return entry;
};

const codeKey = (hex) => ({ alg: "ed25519", pub: hex });

export const parseWithdrawal = (record) =>
  statement(record, "withdraw", ["tid", "scope", "by", "day"], ({ tid, scope, by, day }) =>
    isHex(tid, 16) && (scope === "all" || (Array.isArray(scope) && scope.every(isSha256) && rises(scope))) && isKid(by) && isDay(day));

/** `withdraw`: the manifest's key of the code, or null. Throws unless it, a worker or a phone signed. */
export const verifyWithdrawal = (record, chain, withdraw) => {
  const value = parseWithdrawal(record);
  if (withdraw && value.by === kidOf(codeKey(withdraw))) verifyRecord(record, "withdraw", [codeKey(withdraw)]);
  else requireSigned(record, "withdraw", value.by, chain, WITHDRAWERS);
  return value;
};

export const parseReceipt = (record) =>
  statement(record, "receipt", ["record", "parts", "station", "log_size", "root", "durable"], (value) =>
    isSha256(value.record) && Array.isArray(value.parts) && value.parts.every(isSha256) && rises(value.parts) && isKid(value.station) &&
    isInteger(value.log_size, 0) && isSha256(value.root) && typeof value.durable === "boolean");

const contest = (record, { chain }, believed) => {
  const value = statement(record, "contest", ["withdrawal", "annex", "by", "day"], ({ withdrawal, annex, by, day }) =>
    isSha256(withdrawal) && isSha256(annex) && isKid(by) && isDay(day));
  const entry = requireSigned(record, "contest", value.by, chain, CONTESTERS);
  believed.contests.set(value.withdrawal, [...(believed.contests.get(value.withdrawal) ?? []), entry.kind]);
};

const shredded = (record, { chain }) => {
  const value = statement(record, "shredded", ["withdrawal", "station", "by", "day"], ({ withdrawal, station, by, day }) =>
    isSha256(withdrawal) && isKid(station) && station === by && isDay(day));
  requireSigned(record, "shredded", value.by, chain, DESTROYERS);
};

const early = (record, _, believed) => {
  const value = statement(record, "withdraw-early", ["key", "by", "day"], ({ key, by, day }) => isHex(key, 32) && isKid(by) && isDay(day));
  need(kidOf(codeKey(value.key)) === value.by);
  verifyRecord(record, "withdraw-early", [codeKey(value.key)]);
  believed.early.set(value.key, value.day);
};

const isAnnexPart = (part) =>
  hasExactly(part, ["commit", "heads", "body", "len"]) && isSha256(part.commit) && isSha256(part.body) && isInteger(part.len, smallestBody, longestBody) &&
  part.heads !== null && typeof part.heads === "object" && !Array.isArray(part.heads) && Object.keys(part.heads).length > 0 &&
  Object.entries(part.heads).every(([audience, head]) => AUDIENCES.includes(audience) && isSha256(head));

const annex = (record, { chain }, believed) => {
  const byCode = Object.hasOwn(valueOf(record), "key");
  const value = statement(record, "annex", ["id", "day", "by", "part", ...(byCode ? ["key"] : [])], ({ id, day, by, part }) =>
    isHex(id, 16) && isDay(day) && isKid(by) && isAnnexPart(part));
  if (byCode) {
    need(isHex(value.key, 32) && kidOf(codeKey(value.key)) === value.by);
    verifyRecord(record, "annex", [codeKey(value.key)]);
  } else requireSigned(record, "annex", value.by, chain, WITHDRAWERS);
  for (const name of [...Object.values(value.part.heads), value.part.body]) believed.names.add(name);
  believed.annexes += 1;
};

const revoke = (record, { chain }, believed) => {
  const value = statement(record, "revoke", ["key", "log", "position", "day"], ({ key, log, position, day }) =>
    isKid(key) && isKid(log) && isInteger(position, 0) && isDay(day));
  need(chain.roots.some((root) => root.signed("testimony/1/revoke", record)));
  const place = `${value.key} ${value.log}`;
  believed.revoked.set(place, Math.min(value.position, believed.revoked.get(place) ?? value.position)); // none takes one back
};

const grant = (record, { chain }, believed) => {
  const { manifest, head } = verifyGrant(record, chain);
  believed.granted.set(manifest, [...(believed.granted.get(manifest) ?? []), head]);
  believed.names.add(head);
};

const KINDS = {
  "manifest": (record, _, believed) => believed.manifests.push(record),
  "withdraw": (record, _, believed) => believed.withdrawals.push({ record, value: parseWithdrawal(record) }),
  "receipt": (record, _, believed) => believed.receipts.push({ record, value: parseReceipt(record) }),
  "withdraw-early": early,
  contest, shredded, annex, revoke, grant,
};

export const nothingYet = () => ({
  manifests: [], withdrawals: [], receipts: [], contests: new Map(), early: new Map(), revoked: new Map(), granted: new Map(),
  names: new Set(), annexes: 0, refused: 0,
});

/** Verify `record` and remember in `believed` what it says. Throws where it does not hold, or is of no kind that is known. */
export const believe = (record, chain, believed) => {
  const kind = String(valueOf(record).v).split("/").at(-1);
  need(Object.hasOwn(KINDS, kind));
  KINDS[kind](record, { chain }, believed);
};

