/**
 * Consent purposes become readers, by one fixed table. Twin of domain/consent/compartments.py, held to it by
 * tests/vectors/readers.json. No DOM.
 */

export const COMPARTMENTS = ["coded", "consent", "identity", "incident", "media", "narrative", "provenance"];
export const AUDIENCES = ["coordinators", "lawyers", "recovery"];
const TO_COORDINATORS = ["coded", "consent"]; // the code's own ceiling: nothing else ever goes to them
const TO_CLEAR = [...TO_COORDINATORS, "incident"]; // what lawyers need to clear and to link coded records
const COUNTING = ["P06", "P07", "P10"];
const NEEDS_NO_LAWYER = ["P01", "P04", "P06", "P07", "P10"];
const PARTS_OF_A_CASE = ["P08b", "P08c", "P08d"]; // void for a mandate that does not have the case, P08a
export const LEAST_LAWYERS = 2;

/** What a purpose gives, or lets happen: `contact` is name and contact, `codes` the facts alone, `case` name, facts and account. */
const GIVES = {
  P01: "locked", P02: "voice", P03: "pictures", P04: "everything", P05: "contact", P06: "numbers", P07: "codes", P08a: "case",
  P08b: "letter", P08c: "summary", P08d: "name", P09: "case", P10: "codes", P11: "quotes", P12: "story", P13: "call", P14: "missing",
  P15: "whole", P16: "narrative",
};

export const PURPOSES = Object.keys(GIVES);

/** The purposes without which `purpose` is void: P01 for all, P04 too for most, P08a for the rest of P08. */
export const prerequisites = (purpose) => {
  if (purpose === "P01") return [];
  if (NEEDS_NO_LAWYER.includes(purpose)) return ["P01"];
  return PARTS_OF_A_CASE.includes(purpose) ? ["P01", "P04", "P08a"] : ["P01", "P04"];
};

/** `purposes` without those whose prerequisites are not among them. */
export const effective = (purposes) => {
  const given = [...new Set(purposes)];
  return given.filter((one) => prerequisites(one).every((each) => given.includes(each)));
};

/** `keys` ([{purpose, recipient, …}]) without those whose prerequisites are not among them; the case before a mandate must be its own. */
export const effectiveKeys = (keys) => {
  const kept = effective(keys.map(({ purpose }) => purpose));
  const itsCase = ({ recipient }) => keys.some((other) => other.purpose === "P08a" && other.recipient === recipient);
  return keys.filter((key) => kept.includes(key.purpose) && (!PARTS_OF_A_CASE.includes(key.purpose) || itsCase(key)));
};

const two = (number) => String(number).padStart(2, "0");
const lastDay = (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate();
/** The last day of a life that began on `day` (YYYY-MM-DD): the same day of the month, or its last. */
export const monthsLater = (day, months) => {
  const [year, month, date] = day.split("-").map(Number);
  const [y, m] = [Math.floor((year * 12 + month - 1 + months) / 12), ((month - 1 + months) % 12) + 1];
  return `${String(y).padStart(4, "0")}-${two(m)}-${two(Math.min(date, lastDay(y, m)))}`;
};
const inOrder = (a, b) => (a.purpose + a.recipient < b.purpose + b.recipient ? -1 : 1);

/** [{purpose, recipient, what, until}]: what is given while `keys` ([{purpose, recipient, life_months}]) stand, agreed to on `day`. */
export const given = (keys, day) =>
  effectiveKeys(keys).map(({ purpose, recipient, life_months: life }) => ({
    purpose, recipient, what: GIVES[purpose], until: life === null ? null : monthsLater(day, life),
  })).sort(inOrder);

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

const EVERY = Object.keys(GIVES);

/**
 * {compartment: [audiences]} that lose it when the purposes `withdrawn` are taken back, whatever else was agreed to: who cannot
 * read the consent takes every other purpose to stand.
 */
export const closedBy = (withdrawn) => {
  const kept = readers(EVERY.filter((purpose) => !withdrawn.includes(purpose)));
  return Object.fromEntries(Object.entries(readers(EVERY)).map(([name, them]) => [name, them.filter((one) => !kept[name].includes(one))]));
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
