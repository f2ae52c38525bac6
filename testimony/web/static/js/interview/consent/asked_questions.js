/** How far the sentence of each question was checked, in the language in which it was asked: for the provenance. DOM-free. */

const stateIn = ({ rest, others }, field) => others[field] ?? rest;

/**
 * {language: {state: [field]}} of the questions `asked`, which were said aloud and answered. `askedIn`: {field: the witness's language
 * at its answer}; `states`: {language: {rest: state, others: {field: state}}}, without those that have no sentences.
 */
export const statesAsked = (asked, askedIn, states) => {
  const found = {};
  for (const field of asked.filter((one) => Object.hasOwn(states, askedIn[one] ?? ""))) {
    const lang = askedIn[field];
    const state = stateIn(states[lang], field);
    found[lang] ??= {};
    found[lang][state] = [...(found[lang][state] ?? []), field];
  }
  return found;
};
