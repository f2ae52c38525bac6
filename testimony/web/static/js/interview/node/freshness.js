/** How old the list of readers is: since when nobody who knows has said that the roster here is the newest. Twin of domain/freshness.py. DOM-free. */

import { numberOf } from "../../sealing/records/days.js";

/** A statement counts for so many days. */
const LIFE = 14;

/** Whether a statement of `day` counts `today`: a day ahead may be another clock, more is the future. */
const hasCome = (day, today) => numberOf(day) <= numberOf(today) + 1;

const later = (one, other) => (one.no === other.no ? one.day > other.day : one.no > other.no);

/** Of `statements` [{no, day}] the newest whose day has come; where there is none, the newest of all; null of none. */
export const newestOf = (statements, today) => {
  const come = statements.filter(({ day }) => hasCome(day, today));
  const newest = (found, one) => (found === null || later(one, found) ? one : found);
  return (come.length > 0 ? come : statements).reduce(newest, null);
};

/**
 * {confirmed, age (days), stale, newer} `today` of the roster with the number `no` that was `issued` on a day. `asked`: whether it names
 * somebody who is to confirm it; `said`: {no, day} of the newest statement, or null. `age` is null if every date is still to come.
 */
export const freshnessOf = ({ issued, no, asked, said }, today) => {
  const counts = said && hasCome(said.day, today) ? said : null;
  const days = counts?.no === no ? [issued, counts.day] : [issued];
  const confirmed = days.filter((day) => hasCome(day, today)).sort().at(-1) ?? null;
  const age = confirmed && Math.max(0, numberOf(today) - numberOf(confirmed));
  return { confirmed, age, stale: asked && (age === null || age > LIFE), newer: counts?.no > no ? counts.no : null };
};
