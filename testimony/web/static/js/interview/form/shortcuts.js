/** Fewer taps without less truth: "nothing of this happened". DOM-free. */

import { choose, isAnswered } from "./answers.js";
import { relevant } from "./conditions.js";
import { isOpen } from "./default_path.js";

const answerOf = (field, code) => {
  if (field.type === "int") return { value: Number(code) };
  return field.type === "multi" ? { value: [code] } : choose(code);
};

/**
 * What "nothing of this happened" answers in the section `id`: {field: answer} for the questions that this interview asks and
 * that have no answer yet. Nothing is said of what nobody asks.
 */
export const nothingOf = (definition, id, answers, purposes) => {
  const none = definition.sections.find((section) => section.id === id)?.none ?? {};
  const open = Object.entries(none).filter(([field]) => !isAnswered(answers[field]));
  const given = Object.fromEntries(open.map(([field, code]) => [field, answerOf(definition.fields[field], code)]));
  const then = { ...answers, ...given };
  const asked = relevant(definition, then, purposes).filter((field) => isOpen({ id: field, section: id }, definition, then));
  return Object.fromEntries(Object.entries(given).filter(([field]) => asked.includes(field)));
};
