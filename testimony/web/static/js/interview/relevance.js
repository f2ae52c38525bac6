/** Skip logic and checks: the small expression language of questionnaire/relevance.py. No DOM. */

/** One answer as it counts: {value}, {missing} or {} (nothing yet). */
export const read = (answer) => { throw new Error("not written yet"); };
/** The truth of a tree. @param {Iterable<string>} purposes standing purposes @param {string} today ISO date */
export const evaluate = (tree, answers, purposes = [], today = "") => { throw new Error("not written yet"); };
/** Ids of the fields to ask, in the order of the form. */
export const relevant = (definition, answers, purposes) => { throw new Error("not written yet"); };
/** Required relevant fields with neither a value nor a reason. */
export const needed = (definition, answers, purposes) => { throw new Error("not written yet"); };
/** [{field, check, kind: "block"|"ask"}] */
export const violations = (definition, answers, purposes, today) => { throw new Error("not written yet"); };
/** {incident, identity, narrative}: the relevant answers, sorted. */
export const byCompartment = (definition, answers, purposes) => { throw new Error("not written yet"); };
