/** What a lawyer asks about a testimony, in its line of the outbox, and the buttons that answer. */

import { all, announce, complain, one, word } from "../base/cards.js";
import { answer, isOpen } from "../../outbox/questions.js";
import { filled } from "../base/phrases.js";
import { deliverNow, outboxChanged } from "./delivery.js";

const answerLine = ({ code, day }, inWords) =>
  Object.assign(document.createElement("p"), { className: "small", textContent: filled("answer_given", { day: inWords(day), answer: word(`answer_${code}`) ?? word("answer_newer") }) });

const boxFor = (question, canAnswer, inWords) => {
  const box = one("[data-question-row]").content.firstElementChild.cloneNode(true);
  box.dataset.question = question.name;
  one("[data-asked-on]", box).textContent = filled("question_asked", { day: inWords(question.day) });
  const said = word(`question_${question.code}`);
  one("[data-asked-text]", box).textContent = said ?? word("question_newer");
  one("[data-answers]", box).replaceChildren(...question.answers.map((said) => answerLine(said, inWords)));
  one("[data-reading]", box).hidden = !canAnswer || !question.signed || !isOpen(question);
  one("[data-answering]", box).hidden = !canAnswer || !said || !isOpen(question);
  all("[data-code]", box).forEach((button) => (button.hidden = question.answers.some(({ code }) => code === button.dataset.code)));
  return box;
};

/** Into `row`, the line of `entry`; `inWords(day)` says a day. A testimony that was taken back has none. */
export const showQuestions = (row, { questions = [], state, tid }, inWords) => {
  const shown = state === "withdrawn" ? [] : questions;
  one("[data-questions]", row).replaceChildren(...shown.map((question) => boxFor(question, Boolean(tid), inWords)));
};

/** Sign what the pressed button says, and send it when a node is near. `today` is the day. */
export const giveAnswer = async (phone, button, today) => {
  const { record } = button.closest("[data-record]").dataset;
  const { question } = button.closest("[data-question]").dataset;
  const { code } = button.dataset;
  const sign = async (tid) => [await (await phone.vault()).call("answerQuestion", { tid, question, code, day: today })];
  const given = await answer({ outbox: phone.outbox, id: record, name: question, code, day: today, sign }).catch((error) => {
    if (error.name !== "CannotSeal") throw error;
    complain(word("answer_keys"));
    return null;
  });
  if (given === null) return null;
  await outboxChanged();
  if (given !== "signed") return complain(word(`answer_${given}`));
  complain("");
  announce(word("answer_signed"));
  return deliverNow(true);
};
