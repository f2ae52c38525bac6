/** Answers as they are read back, a row each: the question, what was answered, and the way to correct it. */

import { firstWords, wordCount } from "../../form/read_back.js";
import { one, pageData, word } from "../base/cards.js";
import { filled } from "../base/phrases.js";
import { answerText } from "../fields/fields.js";
import { ownDate } from "../fields/own_dates.js";
import { askedIn, saidOf } from "./review.js";

const fieldNamed = (id) => one(`[data-section] [data-field="${CSS.escape(id)}"]`);
const marked = ({ lang, dir }, text) => Object.assign(document.createElement("bdi"), { lang, dir, textContent: text });
const ownWords = (text) => marked(document.documentElement, text);

/** The question in `lang`, or in the page's own language where nobody wrote it in that. */
const question = (field, lang) => {
  const said = lang === pageData().lang ? null : saidOf(field, lang);
  return said ? marked(said, said.textContent) : ownWords(askedIn(field));
};

const TICKED = ["select", "multi"];
const codesOf = (held) => [held.missing ?? held.value].flat();

/** One answer as it is said aloud in `lang`, or by its label. */
const tickedText = (field, code, lang) => {
  const said = one(`[data-option="${CSS.escape(code)}"] .theirs [data-words="${lang}"]`, field);
  return said?.textContent ? marked(said, said.textContent) : ownWords(answerText(field, { value: code }));
};

const between = (parts) => parts.flatMap((part, at) => (at === 0 ? [part] : [" · ", part]));

/** A long text stands folded, with its first words and its length. */
const folded = (text) => {
  const first = firstWords(text);
  if (first === null) return null;
  const block = one("[data-folded-text]").content.firstElementChild.cloneNode(true);
  one("[data-first-words]", block).textContent = first;
  one("[data-length]", block).textContent = filled("words_count", { n: wordCount(text) });
  one("p", block).textContent = text;
  return block;
};

/** The same date in the witness's calendar. */
const ownDateOf = (field, answers) =>
  field.dataset.type === "date" ? ownDate(answers.witness_language?.value, answers[field.dataset.field]?.value) : null;

/** What stands as the answer. Words of the witness have no language that the page knows: they stand as they were written. */
const answerIn = (field, answers, lang) => {
  const held = answers[field.dataset.field];
  if (field.dataset.type === "text" && !held.missing) return [folded(held.value) ?? held.value];
  if (TICKED.includes(field.dataset.type) && lang !== pageData().lang && !held.missing) return between(codesOf(held).map((code) => tickedText(field, code, lang)));
  const own = ownDateOf(field, answers);
  const text = ownWords(answerText(field, held));
  return between(own && lang !== pageData().lang ? [own, text] : [text, own].filter(Boolean));
};

const rowOf = ({ card, field }, answers, lang) => {
  const row = one("[data-review-row]").content.firstElementChild.cloneNode(true);
  const place = fieldNamed(field);
  const asked = question(place, lang);
  const said = answerIn(place, answers, lang);
  one("dt", row).append(asked);
  one("dt", row).dir = asked.dir;
  one("dd", row).append(...said);
  if (said[0].tagName === "BDI") one("dd", row).dir = said[0].dir;
  const button = one("button", row);
  Object.assign(button.dataset, { act: "correct-read", goto: card, question: field });
  button.setAttribute("aria-label", `${word("correct")}: ${asked.textContent}`);
  return row;
};

/** A row for each of `lines`, [{card, field}], with the sentences of `lang` where there are some. */
export const rowsOf = (lines, answers, lang) => lines.map((line) => rowOf(line, answers, lang));
