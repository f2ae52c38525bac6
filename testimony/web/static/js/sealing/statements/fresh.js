/** Freshness of the roster: a key that the roster names says that on a day no newer roster existed. Twin of statements/fresh.py. */

import { holds } from "../records/forms.js";
import { isFormed, valueOf, verifyRecord } from "../records/records.js";
import { kidOf } from "../records/signatures.js";

/** The keys whose freshness statements count under `roster`: those of its active people. None where they have no sound form. */
export const confirmers = (roster) => {
  const named = roster.value.trust?.fresh ?? [];
  if (!holds("confirmers", named)) return [];
  const active = new Set(roster.value.people.filter(({ status }) => status === "active").map(({ id }) => id));
  return named.filter(({ id }) => active.has(id)).map(({ pub }) => ({ alg: "ed25519", pub }));
};

const isSigned = (record, key) => {
  try {
    verifyRecord(record, "fresh", [key]);
    return true;
  } catch {
    return false;
  }
};

const statementOf = (record) => {
  try {
    return valueOf(record);
  } catch {
    return {};
  }
};

/**
 * {roster, no, day, by} that `record` says, or null unless a confirmer of the newest roster of `chain` signed it. It may name a newer
 * roster than those of `chain`; whether its day has come is not asked here.
 */
export const verifiedFresh = (record, chain) => {
  const { v, ...said } = statementOf(record);
  if (!isFormed({ v, ...said }, "fresh")) return null;
  const key = confirmers(chain.latest).find((one) => kidOf(one) === said.by);
  const named = chain.bySha256(said.roster);
  const isOurs = named ? named.no === said.no : said.no > chain.latest.no;
  return key && isOurs && isSigned(record, key) ? said : null;
};
