/** One interview at work, as everything that shows, saves or ends it sees it: answers, path, what was agreed to. */

import { all, pageData } from "./cards-page.js";
import { circumstances, scriptOf, standing } from "./composing.js";
import { obstacles } from "./consentguards.js";
import { lacking, pathOf } from "./flow.js";
import { evaluate, relevant } from "./relevance.js";

/**
 * `state` is all that the draft holds: {answers, card, started, finished, partial, code, asked}; null when nobody is interviewed.
 * `cards` are those of the page, in order.
 */
export const sitting = { phone: null, draft: null, wrap: null, person: null, state: null, seq: 0, cards: [] };

export const interviewing = () => sitting.state !== null;
export const answers = () => sitting.state.answers;
export const answer = (field, held) => {
  if (held === undefined) delete answers()[field];
  else answers()[field] = held;
};

export const today = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
};
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

const codes = () => Object.keys(pageData().purposes);
/** The purposes that the witness agreed to. */
export const purposes = () => standing(answers(), codes());

const cardFrom = ({ dataset }) => ({
  id: dataset.card,
  section: dataset.section,
  coded: "coded" in dataset,
  required: (dataset.required ?? "").split(" ").filter(Boolean),
  when: dataset.when ? JSON.parse(dataset.when) : true,
});
/** Read the cards off the page: again when another language's took their place. */
export const readCards = () => (sitting.cards = all("[data-card][data-section]").map(cardFrom));

const CONSENT = new Set(["start", "told", "purposes", "teach", "talk"]);
const consentCards = () => sitting.cards.filter((card) => CONSENT.has(card.section) && card.id !== "obstacles" && evaluate(card.when, answers()));

/** Codes of what forbids to take consent now (docs/consent.md). */
export const hindrances = () => {
  const asked = circumstances(answers(), pageData());
  const found = purposes().flatMap((purpose) => obstacles(asked, purpose, pageData().told));
  const readOut = asked.interpreter?.used && ["read", "both"].includes(asked.script?.heard);
  const unread = scriptOf(answers(), pageData()).lang !== answers().witness_language?.value && !readOut;
  return new Set(unread ? [...found, "script_draft"] : found);
};

const consentAsked = () => consentCards().every((card) => lacking(card, answers()).length === 0);
export const consentStands = () => purposes().length > 0 && consentAsked() && hindrances().size === 0;

const pathWith = (held) => {
  const { state, cards } = sitting;
  const given = standing(held, codes());
  const asked = new Set(given.length > 0 && !state.partial ? relevant(pageData().form.definition, held, given) : []);
  return pathOf(cards, (card) => {
    if (card.coded) return asked.has(card.id);
    if (card.id === "obstacles") return given.length > 0 && consentAsked() && hindrances().size > 0;
    if (card.id === "review" && state.partial) return false;
    return evaluate(card.when, held);
  });
};
/** The cards that this interview goes through, with the answers so far. */
export const path = () => pathWith(answers());
/** The path as it will be when the witness agrees, so that the bar does not run back when they do. */
export const pathAhead = () => pathWith({ purpose_P01: { value: "yes" }, ...answers() });
