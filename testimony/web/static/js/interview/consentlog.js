/** What the witness answered to each purpose, in the order in which it was said: what the consent events are made of. DOM-free. */

import { closedTo } from "./consentguards.js";
import { effectiveKeys } from "./readertable.js";

const GRANTS = ["yes", "full", "initials"];
const AGAIN = "again"; // it was agreed to under other words, and is asked again
const SHOWN = ["full", "initials", "none"]; // how a name is shown, P08d: "none" is a no to it
const CLOSED = "closed"; // a yes to what is not for a child, from before the age was corrected: a no
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

const eventOf = (answer) => (answer === AGAIN ? "INVALIDATE" : GRANTS.includes(answer) ? "GRANT" : "REFUSE");

/** The events of docs/consent.md: one ASK a purpose and recipient, then each answer in knowledge of what was said before. */
export const eventsOf = (log, newId) => {
  const last = new Map();
  const made = (event, { id: key, purpose, recipient, life_months, day }, more = {}) => {
    const id = newId();
    const after = last.has(key) ? [last.get(key)] : [];
    last.set(key, id);
    return { event, id, purpose, recipient, life_months, day, after, ...more };
  };
  return log.flatMap((entry) => {
    const ask = last.has(entry.id) ? [] : [made("ASK", entry)];
    const shown = SHOWN.includes(entry.answer) ? { name_shown: entry.answer } : {};
    return [...ask, made(eventOf(entry.answer), entry, shown)];
  });
};
