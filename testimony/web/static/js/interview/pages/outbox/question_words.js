/** The card on which a lawyer's own words are read and answered. Loaded when somebody asks for it; whatever card follows, nothing of it stays on the page. */

import { announce, busy, cardNamed, complain, currentCard, on, one, show, word } from "../base/cards.js";
import { answer } from "../../outbox/questions.js";
import { deliverNow, outboxChanged } from "./delivery.js";

const CARD = "question-words";
/** What the vault says of a question that this phone's keys do not open. */
const CLOSED = { CannotOpen: "question_not_yours", SignatureBad: "question_forged", NotCanonical: "question_forged" };

let asked = null; // {phone, id, name, today, showOutbox, bind}

const field = () => one("textarea", cardNamed(CARD));

const forget = () => {
  asked = null;
  one("[data-asked-words]").textContent = field().value = "";
};

document.addEventListener("card-shown", () => {
  if (asked && currentCard()?.dataset.card !== CARD) forget();
});

/** {text, bind}, or {closed}: the name of a sentence. null, and it says so, where nobody is signed in. */
const opened = async (phone, { name, signed }, tid) => {
  try {
    return await (await phone.vault()).call("openQuestion", { signed, name, tid });
  } catch (error) {
    if (CLOSED[error.name]) return { closed: CLOSED[error.name] };
    if (error.name !== "CannotSeal") throw error;
    complain(word("question_keys"));
    return null;
  }
};

/** Show the question that `button` stands beside. The outbox hands in its own list. */
export const readQuestion = async (phone, button, today, { showOutbox }) => {
  const { record: id } = button.closest("[data-record]").dataset;
  const { question: name } = button.closest("[data-question]").dataset;
  const entry = await phone.outbox.find(id);
  const question = entry?.questions?.find((each) => each.name === name);
  const found = question && (await opened(phone, question, entry.tid));
  if (!found) return;
  show(CARD);
  asked = { phone, id, name, today, showOutbox, bind: found.bind };
  one("[data-asked-words]").textContent = found.text ?? word(found.closed);
  one("[data-writing]", cardNamed(CARD)).hidden = Boolean(found.closed);
  one('[data-act="cannot-open"]').hidden = found.closed !== CLOSED.CannotOpen;
};

/** Say `code`; `sign(vault, tid)` gives the entries. Without keys or lawyers, or too late, it says so, and what was written stays. */
const say = async (button, code, sign) => {
  const { phone, id, name, today, showOutbox } = asked;
  const given = await busy(button, () => answer({ outbox: phone.outbox, id, name, code, day: today, sign: async (tid) => sign(await phone.vault(), tid) })).catch((error) => {
    if (error.name !== "CannotSeal") throw error;
    complain(word(error.reason === "keys" ? "answer_keys" : "answer_no_lawyer"));
    return null;
  });
  if (given === null) return null;
  if (given !== "signed") return complain(word(`words_${given}`));
  await showOutbox(phone);
  await outboxChanged();
  announce(word("answer_signed"));
  return deliverNow(true);
};

const sealAnswer = (button) => {
  const text = field().value.trim();
  if (!text) return complain(word("answer_empty"));
  const { id, name, today, bind } = asked;
  return say(button, "written", (vault, tid) => vault.call("answerInWords", { tid, of: id, question: name, bind, text, day: today }));
};

const sayUnreadable = (button) => {
  const { name, today } = asked;
  return say(button, "unreadable", async (vault, tid) => [await vault.call("answerQuestion", { tid, question: name, code: "unreadable", day: today })]);
};

on({ "seal-answer": sealAnswer, "cannot-open": sayUnreadable, "leave-question": () => asked.showOutbox(asked.phone) });
