/** In the dialog of help: what the card says, how far each sentence was checked, and a button that says it is wrong. */

import { all, currentCard, one, pageData, word } from "../base/cards.js";
import { sitting } from "../base/interview_state.js";
import { keepMark, markOf } from "../../outbox/wrong_sentences.js";
import { SOURCE } from "../../consent/sentence_states.js";
import { stateOf } from "./prompts.js";

/** Each sentence that the card says to this witness, once: its place, and the words that the witness hears. */
const saidOn = (card) => {
  const places = all(".words[data-said]", card).filter((place) => !place.closest("[hidden]"));
  const once = new Map(places.map((place) => [place.dataset.said, one("[data-heard]", place) ?? one("[data-words]", place)]));
  return [...once];
};

const rowOf = ([key, heard]) => {
  const row = one("[data-sentence-row]").content.firstElementChild.cloneNode(true);
  const lang = heard.dataset.words;
  Object.assign(one("[data-sentence-words]", row), { lang, dir: heard.dir, textContent: heard.textContent });
  one("[data-sentence-state]", row).textContent = lang === SOURCE ? "" : word(`state_${stateOf(lang, key)}`);
  Object.assign(one("button", row).dataset, { sentence: key, lang });
  return row;
};

/** Fill the list for the card that is shown; it is not there on a card that says nothing to the witness. */
export const showSentences = (dialog) => {
  const said = pageData().scripts ? saidOn(currentCard()) : [];
  const place = one("[data-sentences]", dialog);
  place.hidden = said.length === 0;
  place.open = false;
  one("[data-sentence-list]", place).replaceChildren(...said.map(rowOf));
};

/** Keep the mark and say so in the button's place. */
export const markWrong = async (button) => {
  const row = button.closest("li");
  await keepMark(sitting.phone, await markOf(button.dataset.lang, button.dataset.sentence, one("[data-sentence-words]", row).textContent));
  const done = one("[data-sentence-marked]", row);
  done.hidden = false;
  button.remove();
  done.focus();
};
