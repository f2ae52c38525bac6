/** How far the sentence of each question was checked, in the language in which it was asked: for the provenance. DOM-free. */

import { isAnswered } from "../form/answers.js";

const stateIn = ({ rest, others }, field) => others[field] ?? rest;

/**
 * {language: {state: [field]}} of the questions `said` aloud on the cards that were answered. `askedIn`: {field: the witness's language
 * at its answer}; `states`: {language: {rest: state, others: {field: state}}}, without those that have no sentences.
 */
export const statesAsked = (said, answers, askedIn, states) => {
  const asked = said.filter((field) => isAnswered(answers[field]) && answers[field].missing !== "nask" && Object.hasOwn(states, askedIn[field] ?? ""));
  const found = {};
  for (const field of asked) {
    const lang = askedIn[field];
    const state = stateIn(states[lang], field);
    found[lang] ??= {};
    found[lang][state] = [...(found[lang][state] ?? []), field];
  }
  return found;
};
