/** What an earlier event of the witness told already: its cards are read back, and not walked again. DOM-free. */

import { isAnswered } from "./answers.js";
import { lacking, questionsOn } from "./flow.js";

/** `answers` with a mark that nobody has to ask for `fields`. */
export const knowing = (answers, fields) => ({ ...answers, known: { value: fields } });

const knownIn = (answers) => answers.known?.value ?? [];

/** Whether every answer on the card of the form was given before, and nothing required is open on it. */
export const isKnown = (card, answers) => {
  const given = card.coded ? questionsOn(card).filter((field) => isAnswered(answers[field])) : [];
  return given.length > 0 && given.every((field) => knownIn(answers).includes(field)) && lacking(card, answers).length === 0;
};
