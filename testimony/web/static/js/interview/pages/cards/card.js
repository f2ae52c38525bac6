/** One card of an interview on the screen: its words in both languages, its answers, and how far the interview is. */

import { showWholeBodies } from "../fields/body_map.js";
import { all, cardNamed, one, pageData, show } from "../base/cards.js";
import { enterCode, hideCode } from "./withdrawal_code.js";
import { showField } from "../fields/fields.js";
import { fillGaps } from "../fields/gaps.js";
import { before, progress, STOPS } from "../../form/flow.js";
import { shown } from "../base/phrases.js";
import { bringLetters } from "./fonts.js";
import { clearPicker, loadLists } from "../fields/picker.js";
import { loadCards, loadForm } from "../base/fragments.js";
import { given } from "../../consent/compartments.js";
import { evaluate } from "../../form/conditions.js";
import { clearConsent, fillNeeded, fillReaders } from "./review.js";
import { touch } from "./autosave.js";
import { bringWords, sayIn, sayNothing } from "./prompts.js";
import { foldSource } from "./source_fold.js";
import { answers, answerWhatFollows, consents, earlyHindrances, here, hindrances, ordered, path, purposes, readCards, rosterSaid, sitting, spokenData, today } from "../base/interview_state.js";

/** Cards without Next: ends, and one with a button of its own that says what was done. */
const WITHOUT_NEXT = ["finish", "unsafe", "talk-stopped", "refused", "refused-child", "obstacles", "read-part"];

const speaksWitnessLanguage = () => spokenData().speaks.includes(answers().witness_language?.value);

/** Each thing that is said, in the witness's language first and the interviewer's second. The words are there (`bringWords`). */
export const showWords = () => {
  const witness = answers().witness_language?.value;
  sayIn(witness);
  const known = pageData().scripts[witness];
  const speaks = speaksWitnessLanguage();
  all("[data-speaker]").forEach((notice) => (notice.hidden = !speaks));
  all("[data-no-script]").forEach((notice) => (notice.hidden = speaks || !witness || Boolean(known)));
  all("[data-draft-script]").forEach((notice) => (notice.hidden = speaks || !known?.draft));
  all("[data-draft-questions]").forEach((notice) => (notice.hidden = !pageData().draft_questions.includes(witness)));
};

export const showConditions = () => {
  all("[data-show-when]").forEach((part) => (part.hidden = !evaluate(JSON.parse(part.dataset.showWhen), answers())));
  fillGaps(answers(), purposes());
  foldSource(cardNamed(sitting.state.card), speaksWitnessLanguage());
};

export const showProgress = () => {
  const card = ordered().find(({ id }) => id === sitting.state.card);
  const { stop, at } = progress(card);
  const names = [pageData().stops[stop], ...(stop === "facts" && !card.fact && card.section !== "closing" ? [pageData().sections[card.section]] : [])];
  one("[data-section-title]").textContent = names.join(" · ");
  one("[data-section-count]").textContent = `${shown(at)}/${shown(STOPS.length)}`;
  all("[data-stop]").forEach((mark, before) => {
    mark.classList.toggle("passed", before < at - 1);
    if (before === at - 1) mark.setAttribute("aria-current", "step");
    else mark.removeAttribute("aria-current");
  });
};

const showObstacles = (found) => all("[data-obstacle]").forEach((line) => (line.hidden = !found.has(line.dataset.obstacle)));

/** What is still needed of the conversation itself, before the last cards. */
const neededBefore = () => fillNeeded(path().filter((card) => card.section !== "closing"), answers());

/** What a card needs when it is entered. */
const entering = {
  review: neededBefore,
  "read-part": neededBefore,
  finish: () => fillNeeded(path(), answers()),
  "talk-stopped": () => showObstacles(earlyHindrances()),
  obstacles: () => showObstacles(hindrances()),
  readers: async () => {
    const { table, short } = await (await sitting.phone.vault()).call("readers", { purposes: purposes(), said: rosterSaid() });
    fillReaders({ table, short, gifts: given(consents(), today()), answers: answers() });
    one('[data-act="next"]').hidden = short !== "";
  },
  code: enterCode,
};

const hooks = [];
/** Call `hook(card)` when a card was entered: for what is not one card's own. */
export const whenEntered = (hook) => hooks.push(hook);

/** To the card of that name; nowhere when there is none. */
export const go = async (card) => {
  if (!card) return;
  sitting.state.card = card;
  if (card !== "code") hideCode();
  showCard();
  await entering[card]?.();
  if (sitting.state) hooks.forEach((hook) => hook(card));
  touch();
};

const showCard = () => {
  const { card } = sitting.state;
  showWholeBodies();
  showWords();
  showConditions();
  all("[data-field]", cardNamed(card)).forEach((field) => showField(field, answers()));
  show(card);
  showProgress();
  one('[data-act="next"]').hidden = WITHOUT_NEXT.includes(card);
  const { from, walk } = here();
  one('[data-act="back"]').disabled = before(walk, walk, from.id) === null;
};

let lettersBrought = null;
/** Bring the cards, the form and the lists of the page's language; whoever begins an interview finds them there. */
export const prepareCards = async () => {
  await loadCards();
  const form = loadForm();
  await Promise.all([form, loadLists(form)]);
  lettersBrought ??= bringLetters();
};

/** The card `name`, or the one that holds the question `name` now: a draft may come from a page where it had its own. */
const cardFor = (name) => (cardNamed(name) ?? one(`[data-field="${CSS.escape(name)}"]`)?.closest("[data-card]"))?.dataset.card;

/** Show the interview from its answers alone: when it begins, comes back, or changes its language. */
export const refresh = async () => {
  await prepareCards();
  await bringWords(answers().witness_language?.value);
  readCards();
  answerWhatFollows();
  all("[data-field]").forEach((field) => cardNamed(field.closest("[data-card]").dataset.card).dataset.section && showField(field, answers()));
  await go(cardFor(sitting.state.card) ?? sitting.cards[0].id);
};

/** Which parts of the cards the answers opened, and how far they came: it tells of a person too. */
const clearCourse = () => {
  all("[data-show-when], [data-obstacle], [data-no-script], [data-draft-script], [data-speaker], [data-draft-questions], [data-still], [data-rest-none], [data-read-in], [data-read-draft], [data-sentences]").forEach((part) => (part.hidden = true));
  all("[data-sentence-list]").forEach((list) => list.replaceChildren());
  sayNothing();
  foldSource(document, false);
  all(".options [data-option][hidden]").forEach((option) => (option.hidden = false));
  all('[data-act="pace"], [data-act="desk-codes"]').forEach((button) => button.setAttribute("aria-pressed", "false"));
  all("[data-section-title], [data-section-count], [data-read-in] button span").forEach((place) => (place.textContent = ""));
  all("[data-stop]").forEach((mark) => (mark.classList.remove("passed"), mark.removeAttribute("aria-current")));
};

/** How much was recorded and photographed, and what of it was looked at. */
const clearCaptured = () => {
  all("[data-voice-list], [data-picture-list]").forEach((list) => list.replaceChildren());
  all("[data-picture-canvas]").forEach((canvas) => Object.assign(canvas, { width: 0, height: 0 }));
  all("[data-media-count], [data-media-review], [data-media-reads], [data-media-readers], [data-media-back]").forEach((line) => (line.hidden = true));
  all("[data-picture-kind]").forEach((input) => (input.checked = false));
};

/** Take every word off the page, and every trace of what was answered, looked for or opened. */
export const clearPage = () => {
  sitting.further = null;
  clearConsent();
  all("[data-section] [data-field]").forEach((field) => showField(field, null));
  fillGaps(null);
  all("[data-read-parts], [data-reread], ul[data-needed], [data-nothing-rows], [data-rest], [data-unplayed]").forEach((place) => place.replaceChildren());
  clearCourse();
  clearPicker();
  clearCaptured();
  showWholeBodies();
  hideCode();
};
