/** Fewer taps without less truth: "nothing of this happened", and what is needed before all else. DOM-free. */

import { choose, isAnswered } from "./answers.js";
import { relevant } from "./conditions.js";

const answerOf = (field, code) => {
  if (field.type === "int") return { value: Number(code) };
  return field.type === "multi" ? { value: [code] } : choose(code);
};

/** What "nothing of this happened" answers in the section `id`: {field: answer} for the questions that are asked and not answered yet. */
export const nothingOf = (definition, id, answers, purposes) => {
  const none = definition.sections.find((section) => section.id === id)?.none ?? {};
  const open = Object.entries(none).filter(([field]) => !isAnswered(answers[field]));
  const given = Object.fromEntries(open.map(([field, code]) => [field, answerOf(definition.fields[field], code)]));
  const asked = relevant(definition, { ...answers, ...given }, purposes);
  return Object.fromEntries(Object.entries(given).filter(([field]) => asked.includes(field)));
};

/** Whether only required questions are asked for now. */
export const hurried = (answers) => answers.pace?.value === "needed";
const opened = (answers) => answers.rest?.value ?? [];

/** Whether a card of the form is asked at this pace: in a hurry what is required, what was answered, and the parts that were opened. */
export const atThisPace = (card, answers) =>
  !hurried(answers) || card.required.length > 0 || isAnswered(answers[card.id]) || opened(answers).includes(card.section);

/** Where a hurried interview goes after the last card of a part that was opened: back to what else could be told. */
export const leavesRest = (from, to, answers) => hurried(answers) && from.coded && opened(answers).includes(from.section) && to?.section !== from.section;

/** Parts with questions that nobody answered: [{section, cards: [id]}]. */
export const untold = (cards, asked, answers) => {
  const open = cards.filter((card) => card.coded && asked.includes(card.id) && !isAnswered(answers[card.id]));
  return [...new Set(open.map((card) => card.section))].map((section) => ({ section, cards: open.filter((card) => card.section === section).map(({ id }) => id) }));
};
