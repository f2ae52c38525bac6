/** Answers that an earlier answer gives, so that nobody is asked twice. DOM-free. */

import { isAnswered } from "./answers.js";

/** Field -> the field that was asked before it, and the code that its answer gives; undefined where it gives none. */
const FILLED = {
  w_lang: ["witness_language", (tag) => tag],
  w_age: ["cs_age", (age) => ({ under12: "a0to11" })[age]],
  g_boys: ["g_child", (any) => ({ no: 0 })[any]],
  g_girls: ["g_child", (any) => ({ no: 0 })[any]],
  g_uasc: ["g_child", (any) => ({ no: 0 })[any]],
  d_dead: ["d_any", (any) => ({ no: 0 })[any]],
  d_missing: ["d_any", (any) => ({ no: 0 })[any]],
  i_from: ["i_segment", (border) => border.slice(0, 3)],
  i_to: ["i_segment", (border) => border.slice(4, 7)],
};

const filling = (field, held) => {
  const code = typeof held?.value === "string" && held.value ? FILLED[field][1](held.value) : undefined;
  return code === undefined ? undefined : { value: code };
};
const holds = (answer, filled) => filled !== undefined && answer?.value === filled.value;

/** Whether the answer to `field` is the one that an earlier answer gives. */
export const isFilled = (field, answers) => Object.hasOwn(FILLED, field) && holds(answers[field], filling(field, answers[FILLED[field][0]]));

/**
 * What follows from the answer to `source` after it was `earlier`: {field: answer, or undefined where it is open again}.
 * What somebody answered otherwise stays.
 */
export const followingFrom = (source, earlier, answers) => {
  const fields = Object.keys(FILLED).filter((field) => FILLED[field][0] === source);
  const free = fields.filter((field) => !isAnswered(answers[field]) || holds(answers[field], filling(field, earlier)));
  return Object.fromEntries(free.map((field) => [field, filling(field, answers[source])]));
};

/** What follows from all answers together, for those of a draft that an earlier version of the page began. */
export const allFollowing = (answers) => Object.assign({}, ...Object.values(FILLED).map(([source]) => followingFrom(source, undefined, answers)));
