/** What is still needed, and who will be able to read what. */

import { all, cardNamed, one, pageData, word } from "../base/cards.js";
import { closedTo } from "../../consent/guards.js";
import { unfinished } from "../../form/flow.js";
import { inWords, region } from "../base/phrases.js";
import { ownDate } from "../fields/own_dates.js";
import { impossible, sitting } from "../base/interview_state.js";

const rowFrom = (template) => one(`[data-${template}]`).content.firstElementChild.cloneNode(true);

export const titleOf = (card) => one("h2", card).firstChild.textContent.trim();

/** Which of several cards with one title it is. */
const countOf = (card) => all("h2 .count", card).flatMap((count) => [" ", count.cloneNode(true)]);

/** The question as it is said in `lang`, without what is said before it. */
export const saidIn = (field, lang) => all(`.words [data-words="${lang}"]`, field).find((words) => !words.closest("[data-before]"));

/** The same, of a date too: it is asked by the sentence of its card. */
export const saidOf = (field, lang) =>
  saidIn(field, lang) ?? (field.dataset.precision ? one(`:scope > .words [data-words="${lang}"]`, field.closest("[data-card]")) : null);

/** The question as the interviewer reads it: what was said where it was said, the heading otherwise. */
export const askedIn = (field) => {
  const said = saidOf(field, pageData().lang);
  return (said ?? one("h2", field) ?? one("legend", field)).textContent.trim();
};

/** Say whether something required lacks an answer, and list it with ways to it. */
export const fillNeeded = (path, answers) => {
  const recording = "recording" in document.documentElement.dataset ? sitting.cards.filter(({ id }) => id === "voice") : [];
  const lacking = [...new Set([...recording, ...unfinished(path, answers, impossible())])];
  all("[data-still]").forEach((notice) => (notice.hidden = lacking.length === 0));
  one("[data-needed-none]").hidden = lacking.length > 0;
  one("ul[data-needed]").replaceChildren(...lacking.map((card) => {
    const row = rowFrom("needed-row");
    one("span", row).append(titleOf(cardNamed(card.id)), ...countOf(cardNamed(card.id)));
    one("button", row).dataset.goto = card.id;
    return row;
  }));
  return lacking;
};

const sentenceFor = (table) => {
  const lawyers = table.narrative?.includes("lawyers");
  const counts = table.coded?.includes("coordinators");
  if (lawyers) return counts ? "lawyers_counts" : "lawyers";
  return counts ? "counts" : "nobody";
};

const namesOf = (audiences) => new Intl.ListFormat(region()).format(audiences.map((audience) => word(`reader_${audience}`)));

/** Which part opens for whom; `table` is {part: [audience]}. */
const fillParts = (table) => {
  const chosen = sentenceFor(table);
  all("[data-readers]").forEach((text) => (text.hidden = text.dataset.readers !== chosen));
  all("[data-reader-part]").forEach((line) => {
    const audiences = (table[line.dataset.readerPart] ?? []).filter((audience) => audience !== "recovery");
    line.classList.toggle("nobody", audiences.length === 0);
    one("[data-reader-names]", line).textContent = audiences.length === 0 ? word("reader_nobody") : namesOf(audiences);
  });
};

/** Until when, and the same day as the witness counts it. */
const untilWords = (until, lang) => {
  if (until === null) return [word("no_limit")];
  const own = ownDate(lang, until);
  return [`${word("until")} ${inWords({ from: until, to: until })}`, ...(own ? [" · ", own] : [])];
};
const whyNot = ({ purpose }, answered, age) => {
  if (answered === undefined) return word("why_not_asked");
  if (!["yes", "full", "initials"].includes(answered.value)) return word("why_refused");
  return word(closedTo(age, purpose) ? "why_child" : "why_void");
};

/** Who gets what and until when, and what is given to nobody; `gifts` are those of interview/consent/compartments.js. */
const fillGifts = (gifts, answers) => {
  const offers = pageData().purposes;
  const giftOf = (id) => gifts.find(({ purpose, recipient }) => purpose === offers[id].purpose && recipient === offers[id].recipient);
  all("[data-gift]").forEach((line) => {
    const gift = giftOf(line.dataset.gift);
    line.hidden = gift === undefined;
    if (gift) one("[data-until]", line).replaceChildren(...untilWords(gift.until, answers.witness_language?.value));
  });
  const lacking = all("[data-not]").filter((line) => {
    line.hidden = giftOf(line.dataset.not) !== undefined;
    one("[data-why]", line).textContent = whyNot(offers[line.dataset.not], answers[`purpose_${line.dataset.not}`], answers.cs_age?.value);
    return !line.hidden;
  });
  one("[data-not-given-title]").hidden = lacking.length === 0;
};

/** Take off the page what was agreed to and which help was wanted: it tells of a person even without a name. */
export const clearConsent = () => {
  all("[data-gift], [data-not], [data-readers]").forEach((line) => (line.hidden = true));
  all("[data-until], [data-why], [data-reader-names], [data-readers-why]").forEach((place) => (place.textContent = ""));
  all('[data-act="want-help"]').forEach((button) => button.setAttribute("aria-pressed", "false"));
};

const WHY = { lawyers: "few_lawyers", words: "words_old", revoked: "keys_ended" };

/** Who will be able to read what, in words. `short` names why nothing can be sealed, which stops here and not only at sealing. */
export const fillReaders = ({ table, short, gifts, answers }) => {
  fillParts(table);
  fillGifts(gifts, answers);
  one("[data-readers-block]").hidden = short === "";
  one("[data-readers-why]").textContent = short === "" ? "" : word(WHY[short]);
};

