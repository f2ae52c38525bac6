/**
 * Consent purposes become readers, by one fixed table. Twin of domain/compartment.py, held to it by
 * tests/vectors/readers.json. No DOM.
 */

export const COMPARTMENTS = ["coded", "consent", "identity", "incident", "media", "narrative", "provenance"];
export const AUDIENCES = ["coordinators", "lawyers", "recovery"];
const TO_COORDINATORS = ["coded", "consent"]; // the code's own ceiling: nothing else ever goes to them
const TO_CLEAR = [...TO_COORDINATORS, "incident"]; // what lawyers need to clear and to link coded records
const COUNTING = ["P06", "P07", "P10"];
const NEEDS_NO_LAWYER = ["P01", "P04", "P06", "P07", "P10"];
const LEAST_LAWYERS = 2;

/** `purposes` without those whose prerequisites (P01 for all, P04 too for most) are not among them. */
export const effective = (purposes) => {
  const given = [...new Set(purposes)];
  return given.filter((one) => given.includes("P01") && (NEEDS_NO_LAWYER.includes(one) || given.includes("P04")));
};

/** {compartment: [audiences]} while `purposes` stand; nobody at all without P01. */
export const readers = (purposes) => {
  const standing = effective(purposes);
  const recorded = standing.includes("P01");
  const counted = COUNTING.some((one) => standing.includes(one));
  const opened = {
    coordinators: counted ? TO_COORDINATORS : [],
    lawyers: standing.includes("P04") ? COMPARTMENTS : counted ? TO_CLEAR : [],
    recovery: recorded ? COMPARTMENTS : [],
  };
  return Object.fromEntries(
    COMPARTMENTS.map((name) => [name, AUDIENCES.filter((audience) => opened[audience].includes(name))]),
  );
};

/** `table` cut down to the roster's policy: it never adds, what it does not name is closed, recovery always stays. */
export const narrow = (table, policy) => Object.fromEntries(
  Object.entries(table).map(([name, audiences]) => [
    name,
    audiences.filter((one) => one === "recovery" || (policy[name] ?? []).includes(one)),
  ]),
);

/** True where lawyers read anything and fewer than two are active: sealing must refuse. */
export const lacksLawyers = (table, activeLawyers) =>
  activeLawyers < LEAST_LAWYERS && Object.values(table).some((audiences) => audiences.includes("lawyers"));
