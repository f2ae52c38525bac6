/** Which card comes next: the cards that apply now, where they end, how far one has come. DOM-free. */

import { isAnswered } from "./answers.js";

/** Cards after which nothing follows while they apply. */
const ENDS = new Set(["unsafe", "refused", "refused-child", "obstacles"]);

/**
 * The cards to walk, in order. `cards`: [{id, section, when, coded, required: [field]}]; `applies(card)` says whether one
 * is to be shown now.
 */
export const pathOf = (cards, applies) => {
  const path = cards.filter(applies);
  const end = path.findIndex((card) => ENDS.has(card.id));
  return end < 0 ? path : path.slice(0, end + 1);
};

/** Required fields of `card` that still lack an answer. */
export const lacking = (card, answers) => card.required.filter((field) => !isAnswered(answers[field]));

/** Cards of the path that still lack something, or hold what cannot be: `impossible` names such fields. */
export const unfinished = (path, answers, impossible = []) => path.filter((card) => lacking(card, answers).length > 0 || (card.coded && impossible.includes(card.id)));

const neighbour = (path, cards, id, step) => {
  const at = path.findIndex((card) => card.id === id);
  if (at >= 0) return path[at + step] ?? null;
  const order = cards.findIndex((card) => card.id === id);
  const rest = path.filter((card) => step * (cards.indexOf(card) - order) > 0);
  return (step > 0 ? rest[0] : rest[rest.length - 1]) ?? null;
};

/** The card after `id`; where `id` itself no longer applies, the first after its place. */
export const after = (path, cards, id) => neighbour(path, cards, id, 1);
export const before = (path, cards, id) => neighbour(path, cards, id, -1);

/** The next card that is required or of another section: where "skip what is optional here" leads. */
export const pastOptional = (path, id) => {
  const at = path.findIndex((card) => card.id === id);
  return path.slice(at + 1).find((card) => card.section !== path[at].section || card.required.length > 0) ?? null;
};

/**
 * {section, at, of, share}: the place of `id` among all sections and cards that there are, asked or not: whatever an answer
 * opens or closes, the bar goes forward when the interview does.
 */
export const progress = (cards, id) => {
  const sections = [...new Set(cards.map((card) => card.section))];
  const at = Math.max(cards.findIndex((card) => card.id === id), 0);
  const { section } = cards[at];
  return { section, at: sections.indexOf(section) + 1, of: sections.length, share: cards.length < 2 ? 0 : at / (cards.length - 1) };
};
