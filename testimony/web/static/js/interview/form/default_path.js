/** Which questions an interview asks first, in which order, and where the others stand. DOM-free. */

import { isAnswered } from "./answers.js";
import { evaluate } from "./conditions.js";
import { isFilled } from "./filled.js";
import { isKnown } from "./known.js";
import { lacking, questionsOn } from "./flow.js";

const ACCOUNT = "n_text";

/** The path of a form; one without a list asks first what is required, in its own order. */
const stepsOf = ({ path, sections, fields }) => path ?? sections.flatMap((section) => section.fields).filter((field) => fields[field].required).map((field) => ({ field }));

/** Whether everything is asked in the order of the form: somebody wants it so, or the form says nothing else. */
export const asksAll = (definition, answers) => answers.pace?.value === "all" || stepsOf(definition).length === 0;

/** The questions of the default path with these answers, in its order; what an earlier answer gives is not asked again. */
export const story = (definition, answers) =>
  stepsOf(definition)
    .filter(({ when = true }) => evaluate(when, answers))
    .flatMap(({ field, beside = [] }) => [field, ...beside])
    .filter((field) => !isFilled(field, answers));

const opened = (answers) => answers.rest?.value ?? [];

/** Whether a question of the card is asked without somebody having answered it. */
export const isOpen = (card, definition, answers) =>
  asksAll(definition, answers) || questionsOn(card).some((field) => story(definition, answers).includes(field)) || opened(answers).includes(card.section);

/** The same for a card of the path: what was answered stays on it. */
export const isOnPath = (card, definition, answers) => questionsOn(card).some((field) => isAnswered(answers[field])) || isOpen(card, definition, answers);

const noneOf = ({ id, none = {}, fields }) => ({ card: `none-${id}`, asked: fields.find((field) => Object.hasOwn(none, field)), section: id });

/** The cards of the default path, each card of what one tap answered after the last one of its section. */
const factsOf = (cards, definition, answers) => {
  const asked = story(definition, answers);
  const facts = [...new Set(asked.map((field) => cards.find((card) => card.coded && questionsOn(card).includes(field))).filter(Boolean))];
  for (const none of definition.sections.map(noneOf).filter((one) => asked.includes(one.asked))) {
    const last = facts.findLastIndex((card) => card.section === none.section);
    facts.splice(last + 1, 0, ...cards.filter((card) => card.id === none.card));
  }
  return facts.map((card) => ({ ...card, fact: true, part: card.id === ACCOUNT ? card.section : "facts" }));
};

/**
 * All cards in the order in which this interview walks them: first the default path, marked `fact`; after the card `rest`
 * the other questions of the form, marked `more`. `part` is what the bar counts a fact to.
 */
export const inOrder = (cards, definition, answers) => {
  if (asksAll(definition, answers)) return cards;
  const facts = factsOf(cards, definition, answers);
  const first = new Set(facts.map(({ id }) => id));
  const ofForm = new Set(definition.sections.map(({ id }) => id));
  const more = cards.filter((card) => ofForm.has(card.section) && !first.has(card.id)).map((card) => ({ ...card, more: true }));
  const begins = cards.findIndex((card) => ofForm.has(card.section));
  const others = cards.slice(begins).filter((card) => !ofForm.has(card.section));
  const rest = others.findIndex(({ id }) => id === "rest");
  return [...cards.slice(0, begins), ...facts, ...others.slice(0, rest + 1), ...more, ...others.slice(rest + 1)];
};

/**
 * The cards that next and back go through from `from`: of the other questions only those of its own section, and none that an earlier
 * event answered.
 */
export const around = (cards, path, from, answers) => {
  const there = new Set(path.map(({ id }) => id));
  const isWalked = (card) => there.has(card.id) && !isKnown(card, answers) && (!card.more || (from.more && card.section === from.section));
  return cards.filter((card) => card.id === from.id || isWalked(card));
};

/**
 * Where next leads from `from`, when `following` stands after it: from the last question of a part that was opened back to
 * what else could be told; from one that nobody opened to what is still required.
 */
export const onward = (path, from, following, answers) => {
  if (!from.more || following?.more) return following;
  if (opened(answers).includes(from.section)) return path.find(({ id }) => id === "rest");
  return path.find((card) => card.fact && lacking(card, answers).length > 0) ?? following;
};

/** Parts with questions off the default path that nobody answered: [{section, cards: [id]}]. */
export const untold = (cards, asked, answers) => {
  const isUntold = (field) => asked.includes(field) && !isAnswered(answers[field]);
  const open = cards.filter((card) => card.coded && card.more && questionsOn(card).some(isUntold));
  return [...new Set(open.map((card) => card.section))].map((section) => ({ section, cards: open.filter((card) => card.section === section).map(({ id }) => id) }));
};
