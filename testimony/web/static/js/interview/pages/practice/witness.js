/** What the invented witness says, on the cards: below the question, before the answers. */

import { all, cardNamed, one, pageData } from "../base/cards.js";
import { lineFor } from "../../practice/witness_lines.js";

export const witness = () => pageData().witness;

const bubble = (text) => {
  const { lang, dir } = witness();
  const line = one("[data-practice-line]").content.firstElementChild.cloneNode(true);
  Object.assign(one("q", line), { lang, dir, textContent: text });
  return line;
};

/** What is said on a card comes first: its words, or its name where nothing is said. */
const afterWords = (place) => all(":scope > :is(.words, .beside)", place).at(-1) ?? one(":scope > :is(legend, h2)", place);

const speak = (place, text) => text && afterWords(place).after(bubble(text));

const purposeOf = (field) => pageData().purposes[field.replace(/^purpose_/, "")]?.purpose ?? null;

/** [field, place]: a date with two fields is one question; a card may hold several. */
const questionsOf = (card) => (card.dataset.fields?.split(" ") ?? [card.dataset.card]).map((field) => [field, one(`:scope > fieldset[data-field="${field}"]`, card) ?? card]);

/** Put each line on its card, once for the cards that are on the page. */
export const letWitnessSpeak = () => {
  const { lines } = witness();
  for (const card of all("[data-card][data-coded]")) questionsOf(card).forEach(([field, place]) => speak(place, lineFor(lines, { field, coded: true })));
  for (const field of all("[data-card][data-section]:not([data-coded]) fieldset[data-field]")) {
    speak(field, lineFor(lines, { field: field.dataset.field, purpose: purposeOf(field.dataset.field) }));
  }
  if (lines.told) all('[data-act="told"]').forEach((button) => button.before(bubble(lines.told)));
  for (const name of ["rest", "review", "readers"]) speak(cardNamed(name), lines[name]);
};
