/** The small signed statements of an archive, each verified as its kind asks. Twin of statements.py; DOM-free. */

import { AUDIENCE_OF } from "../../static/js/sealing/parts/audiences.js";
import { verifyGrant } from "../../static/js/sealing/testimony/open.js";
import { SignatureBad } from "../../static/js/sealing/base/errors.js";
import { isFormed, valueOf, verifyRecord } from "../../static/js/sealing/records/records.js";
import { kidOf } from "../../static/js/sealing/records/signatures.js";

const WORKERS = [...Object.keys(AUDIENCE_OF), "interviewer"];
const WITHDRAWERS = [...WORKERS, "phone"];
const CONTESTERS = ["lawyer", "coordinator"];
export const STATIONS = ["node", "central"];
const DESTROYERS = [...STATIONS, ...Object.keys(AUDIENCE_OF)];

const need = (holds) => {
  if (!holds) throw new SignatureBad();
};

/** The statement of `record`, once it has the form of `kind`. Throws. */
const statement = (record, kind) => {
  const value = valueOf(record);
  need(isFormed(value, kind));
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

/** `withdraw`: the manifest's key of the code, or null. Throws unless it, a worker or a phone signed. */
export const verifyWithdrawal = (record, chain, withdraw) => {
  const value = statement(record, "withdraw");
  if (withdraw && value.by === kidOf(codeKey(withdraw))) verifyRecord(record, "withdraw", [codeKey(withdraw)]);
  else requireSigned(record, "withdraw", value.by, chain, WITHDRAWERS);
  return value;
};

const contest = (record, { chain }, believed) => {
  const value = statement(record, "contest");
  const entry = requireSigned(record, "contest", value.by, chain, CONTESTERS);
  believed.contests.set(value.withdrawal, [...(believed.contests.get(value.withdrawal) ?? []), entry.kind]);
};

const shredded = (record, { chain }) => {
  const value = statement(record, "shredded");
  need(value.station === value.by && (value.withdrawal !== null || value.destroyed.length === 1));
  requireSigned(record, "shredded", value.by, chain, DESTROYERS);
};

const keep = (record, { chain }) => void requireSigned(record, "keep", statement(record, "keep").by, chain, ["lawyer"]);

const early = (record, _, believed) => {
  const value = statement(record, "withdraw-early");
  need(kidOf(codeKey(value.key)) === value.by);
  verifyRecord(record, "withdraw-early", [codeKey(value.key)]);
  believed.early.set(value.key, value.day);
};

const annex = (record, { chain }, believed) => {
  const value = statement(record, "annex");
  if (value.key) {
    need(kidOf(codeKey(value.key)) === value.by);
    verifyRecord(record, "annex", [codeKey(value.key)]);
  } else requireSigned(record, "annex", value.by, chain, WITHDRAWERS);
  for (const name of [...Object.values(value.part.heads), value.part.body]) believed.names.add(name);
  believed.annexes += 1;
};

const revoke = (record, { chain }, believed) => {
  const value = statement(record, "revoke");
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
  "withdraw": (record, _, believed) => believed.withdrawals.push({ record, value: statement(record, "withdraw") }),
  "receipt": (record, _, believed) => believed.receipts.push({ record, value: statement(record, "receipt") }),
  "withdraw-early": early,
  contest, shredded, keep, annex, revoke, grant,
};

export const nothingYet = () => ({
  manifests: [], withdrawals: [], receipts: [], contests: new Map(), early: new Map(), revoked: new Map(), granted: new Map(),
  names: new Set(), annexes: 0, refused: 0,
});

/** Verify `record` and remember in `believed` what it says. Throws where it does not hold, or is of no kind that is known. */
export const believe = (record, chain, believed) => {
  const { v } = valueOf(record);
  const kind = typeof v === "string" ? v.split("/").at(-1) : "";
  need(Object.hasOwn(KINDS, kind));
  KINDS[kind](record, { chain }, believed);
};

