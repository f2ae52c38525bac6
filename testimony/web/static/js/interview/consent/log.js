/** What the witness answered to each purpose, in the order in which it was said: what the consent events are made of. DOM-free. */

import { closedTo } from "./guards.js";
import { effectiveKeys } from "./compartments.js";

const GRANTS = ["yes", "full", "initials"];
const AGAIN = "again"; // it was agreed to under other words, and is asked again
const SHOWN = ["full", "initials", "none"]; // how a name is shown, P08d: "none" is a no to it
const CLOSED = "closed"; // a yes to what is not for a child, from before the age was corrected: a no
const NOT_FOR_CHILDREN = "not_for_children";
const answerTo = (answers, [id, { purpose }]) => {
  const said = answers[`purpose_${id}`]?.value;
  return GRANTS.includes(said) && closedTo(answers.cs_age?.value, purpose) ? CLOSED : said;
};
const lastOf = (log, id) => log.findLast((entry) => entry.id === id);

/** The purposes that the witness agreed to, each with its recipient and life, without those that cannot stand or are not for a child. `offers`: {id: {purpose, recipient, life_months}}. */
export const granted = (answers, offers) =>
  effectiveKeys(Object.entries(offers).filter((one) => GRANTS.includes(answerTo(answers, one))).map(([id, offer]) => ({ id, ...offer })));

/** `log` with what was answered since: a changed mind is a new entry, and the earlier one stays. */
export const noted = (log, answers, offers, day) => {
  const answered = Object.entries(offers).map((one) => ({ id: one[0], ...one[1], answer: answerTo(answers, one), day }));
  return [...log, ...answered.filter(({ id, answer }) => answer !== undefined && lastOf(log, id)?.answer !== answer)];
};

/** {event, reason?}: a yes that something stands in the way of is a no, for that reason. */
const eventOf = (answer, hindrance) => {
  if (answer === AGAIN) return { event: "INVALIDATE" };
  if (answer === CLOSED) return { event: "REFUSE", reason: NOT_FOR_CHILDREN };
  if (!GRANTS.includes(answer)) return { event: "REFUSE" };
  return hindrance === undefined ? { event: "GRANT" } : { event: "REFUSE", reason: hindrance };
};
/** How the name is shown, with the yes to it and with the no that says "not at all". */
const shownIn = ({ event }, answer) => (SHOWN.includes(answer) && (event === "GRANT" || answer === "none") ? { name_shown: answer } : {});

/**
 * The events of docs/consent.md: one ASK a purpose and recipient, then each answer in knowledge of what was said before.
 * `hindrance`: purpose -> the guard's code for what stands in the way of a yes to it, or undefined; judged is the answer that stands.
 */
export const eventsOf = (log, newId, hindrance = (_purpose) => undefined) => {
  const last = new Map();
  const made = ({ event, ...more }, { id: key, purpose, recipient, life_months, day }) => {
    const id = newId();
    const after = last.has(key) ? [last.get(key)] : [];
    last.set(key, id);
    return { event, id, purpose, recipient, life_months, day, after, ...more };
  };
  return log.flatMap((entry) => {
    const ask = last.has(entry.id) ? [] : [made({ event: "ASK" }, entry)];
    const said = eventOf(entry.answer, entry === lastOf(log, entry.id) ? hindrance(entry.purpose) : undefined);
    return [...ask, made({ ...said, ...shownIn(said, entry.answer) }, entry)];
  });
};
