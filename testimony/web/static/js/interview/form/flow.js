/** Which card comes next: the cards that apply now, where they end, how far one has come. DOM-free. */

import { isAnswered } from "./answers.js";
import { evaluate } from "./expressions.js";

/** Cards after which nothing follows while they apply. */
const ENDS = new Set(["unsafe", "talk-stopped", "refused", "refused-child", "obstacles"]);

/** Cards that say: the witness, or a child or its guardian, does not want this. */
const REFUSALS = new Set(["refused", "refused-child"]);

/** Whether the answers as they stand are a refusal, also where the path ends before its card because the place is not safe. */
export const isRefused = (cards, answers) => cards.some(({ id, when }) => REFUSALS.has(id) && evaluate(when, answers));

/** The questions of a card of the form: those that share it, or the one that it is called after. */
export const questionsOn = ({ id, fields = [id] }) => fields;

/**
 * The cards to walk, in order. `cards`: [{id, section, when, coded, fields: [field], required: [field], only: {field: condition}}];
 * `applies(card)` says whether one is to be shown now.
 */
export const pathOf = (cards, applies) => {
  const path = cards.filter(applies);
  const end = path.findIndex((card) => ENDS.has(card.id));
  return end < 0 ? path : path.slice(0, end + 1);
};

/** Whether `field` is asked on its card with these answers. */
export const isAsked = (card, field, answers) => evaluate(card.only?.[field] ?? true, answers);

/** Required fields of `card` that are asked and still lack an answer. */
export const lacking = (card, answers) => card.required.filter((field) => isAsked(card, field, answers) && !isAnswered(answers[field]));

/** Cards of the path that still lack something, or hold what cannot be: `impossible` names such fields. */
export const unfinished = (path, answers, impossible = []) => path.filter((card) => lacking(card, answers).length > 0 || (card.coded && questionsOn(card).some((field) => impossible.includes(field))));

const neighbour = (path, cards, id, step) => {
  const at = path.findIndex((card) => card.id === id);
  if (at >= 0) return path[at + step] ?? null;
  const placeOf = (name) => cards.findIndex((card) => card.id === name);
  const rest = path.filter((card) => step * (placeOf(card.id) - placeOf(id)) > 0);
  return (step > 0 ? rest[0] : rest[rest.length - 1]) ?? null;
};

/** The card after `id`; where `id` itself no longer applies, the first after its place. */
export const after = (path, cards, id) => neighbour(path, cards, id, 1);
export const before = (path, cards, id) => neighbour(path, cards, id, -1);

const partOf = ({ part, section }) => part ?? section;

/** The next card that is required or of another part: where "skip what is optional here" leads. */
export const pastOptional = (path, id) => {
  const at = path.findIndex((card) => card.id === id);
  return path.slice(at + 1).find((card) => partOf(card) !== partOf(path[at]) || card.required.length > 0) ?? null;
};

/** The stops of a sitting, in order. */
export const STOPS = ["prepare", "explain", "ask", "listen", "facts", "read_back", "seal"];
const STOP_OF = { start: "prepare", told: "explain", purposes: "ask", teach: "ask", talk: "ask", voice: "listen", account: "listen" };
const BEFORE_READ_BACK = new Set(["referrals", "rest"]);
const AT_THE_SEAL = new Set(["readers", "code", "finish"]);
/** The stop at which a card stands; the questions of the form are facts, also those that are opened after the default path. */
export const stopOf = ({ id, section, more }) => {
  if (more || BEFORE_READ_BACK.has(id)) return "facts";
  if (AT_THE_SEAL.has(id)) return "seal";
  return section === "closing" ? "read_back" : (STOP_OF[section] ?? "facts");
};

/** {stop, at}: where `card` stands; `at` counts the stops from 1. */
export const progress = (card) => {
  const stop = stopOf(card);
  return { stop, at: STOPS.indexOf(stop) + 1 };
};
