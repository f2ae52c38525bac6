/**
 * What stops a consent from being taken down: the guards that refuse a GRANT. Twin of domain/consent/guards.py, held to it by
 * tests/vectors/guards.json. No DOM.
 *
 * `circumstances` is the content of the consent compartment: told [ids], teach_back {q1: "understood"|"not", …},
 * interviewer_speaks true where the roster confirms the interviewer as a speaker, present [codes], capacity [codes], incentive, script {lang, draft, state, heard, played [keys]}, language, interpreter {used, officer},
 * said_before [{script: {draft}}] where something was said in another language before,
 * age "adult"|"minor"|"alone"|"under12", and guardian, assent, focal_point, second_adult: true when given or there.
 */

const RECORDED = ["told", "teach_back", "present", "capacity", "incentive", "script", "age"];
const TEACH_BACK = ["q1", "q2", "q3"];
const ALLOWED_INCENTIVES = ["none", "transport", "refreshment"];
const CHILDREN = ["minor", "alone"];
const NOT_FOR_CHILDREN = ["P08d", "P11", "P12", "P15", "P16"];
/** Whether `purpose` is closed to somebody of that age, whatever was answered before the age was known. */
export const closedTo = (age, purpose) => CHILDREN.includes(age) && NOT_FOR_CHILDREN.includes(purpose);

/** Of what was played in place of reading: everything told and asked back, and the question about this very use. */
const notPlayed = ({ script }, purpose, told) => {
  if (script?.heard !== "played") return false;
  const played = script.played ?? [];
  const needed = [...told.map((id) => `told.${id}`), ...TEACH_BACK.map((id) => `teach_back.${id}`)];
  return needed.some((key) => !played.includes(key)) || !played.some((key) => key === `ask.${purpose}` || key.startsWith(`ask.${purpose}-`));
};
const interpreted = ({ interpreter }) => Boolean(interpreter?.used);
const readOut = (c) => (interpreted(c) || c.interviewer_speaks === true) && ["read", "both"].includes(c.script?.heard);
/** Whether nobody said it, and no witness had understood it before. Earlier consents do not say in what state it was. */
const playedUntried = ({ script }) => script?.heard === "played" && (script.state ?? "heard") !== "heard";
/** Whether any wording that was said is a draft, the last one or one before it. */
const drafted = (c) => [c, ...(c.said_before ?? [])].some(({ script }) => script?.draft !== false) || playedUntried(c);
/** Whether no script is in the witness's language, so that the interviewer's was used. */
const elsewhere = ({ script, language }) => script?.lang != null && language != null && script.lang !== language;

const RULES = {
  not_recorded: (c) => RECORDED.some((name) => c[name] == null),
  officer_present: (c) => (c.present ?? []).includes("officer") || (interpreted(c) && c.interpreter.officer !== false),
  told_missing: (c, purpose, told) => told.some((item) => !(c.told ?? []).includes(item)),
  teach_back_failed: (c) => TEACH_BACK.some((question) => c.teach_back?.[question] !== "understood"),
  incentive: (c) => c.incentive != null && !ALLOWED_INCENTIVES.includes(c.incentive),
  capacity: (c) => (c.capacity ?? []).some((code) => code !== "none"),
  script_draft: (c) => (drafted(c) || elsewhere(c)) && !readOut(c),
  not_played: notPlayed,
  under_12: (c) => c.age === "under12",
  guardian_missing: (c) => c.age === "minor" && c.guardian !== true,
  assent_missing: (c) => CHILDREN.includes(c.age) && c.assent !== true,
  second_adult_missing: (c) => c.age === "alone" && !(c.focal_point === true && c.second_adult === true),
  not_for_children: (c, purpose) => closedTo(c.age, purpose),
};

/** Codes of what stands in the way of granting `purpose`, in a fixed order; empty when nothing does. */
export const obstacles = (circumstances, purpose, toldItems) =>
  Object.keys(RULES).filter((code) => RULES[code](circumstances, purpose, toldItems));
