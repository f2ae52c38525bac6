/** Fields on the screen: read the answer that a tap or a key made, and show an answer that is held. One pair a type. */

import { MISSING, choose, decimalFrom, numberFrom, plainDigits, pointFrom, textFrom, toggle } from "../../form/answers.js";
import { all, one, pageData } from "../base/cards.js";
import { purposes, today } from "../base/interview_state.js";
import { dateText, readDate, showDate } from "./dates.js";
import { nameOf, readRows, rowsText, settlePiece, settleRows, showRows } from "./rows.js";
import { withheld } from "../../form/conditions.js";
import { drawnIn } from "../../media/strokes.js";
import { suggested } from "../../form/suggestions.js";

export const fieldOf = (element) => element.closest("[data-field]");
const idOf = (field) => field.dataset.field;

const listOf = (field) => {
  const { definition } = pageData().form;
  const known = definition.fields[idOf(field)];
  return known?.list ? (definition.lists[known.list]?.options ?? []) : [];
};
const alone = (field) => listOf(field).filter((option) => option.exclusive).map((option) => option.code);

/** The code of the option that `target` ticks; the label alone carries it. */
const codeOf = (target) => target.closest("[data-option]")?.dataset.option;
const inputsOf = (field) => all("input[name]", field).filter((input) => !input.closest("[data-part]"));
const check = (field, codes) => inputsOf(field).forEach((input) => (input.checked = codes.includes(codeOf(input))));
/** A choice that an earlier answer leaves out is not shown, unless it was chosen before. */
const offer = (field, answers) => {
  const left = answers ? withheld(pageData().form.definition, idOf(field), answers, purposes(), today()) : [];
  all(".options [data-option]", field).forEach((option) => option.toggleAttribute("data-withheld", left.includes(option.dataset.option)));
};
/** A folded list says what was chosen in it. */
const showFolded = (field) => {
  const place = one("[data-folded]", field);
  if (place) place.textContent = all(".options label:has(input:checked) > span:first-of-type", field).map((label) => label.textContent).join(" · ") || place.dataset.folded;
};
const codesOf = (answer) => (answer?.missing ? [answer.missing] : [answer?.value ?? []].flat());

const input = (field) => one("[data-input]", field);
const reasonIn = (target) => (target.name && !target.closest("[data-part]") && MISSING.includes(codeOf(target)) ? target : null);

const chosenText = (list, codes) => codes.filter((code) => !MISSING.includes(code)).map((code) => nameOf(list, code)).join(" · ");

/** What an offered answer is called: a number, an option of the card, or what the search dialog calls it. */
const nameIn = (field, value) => {
  const option = one(`.options [data-option="${CSS.escape(String(value))}"] span`, field);
  return option?.textContent ?? nameOf(one("[data-list]", field)?.dataset.list, String(value));
};

const chip = (field, value, chosen) => {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: nameIn(field, value) });
  button.dataset.act = "take-suggested";
  button.dataset.suggest = String(value);
  button.setAttribute("aria-pressed", String(chosen));
  return button;
};

/** What this interview makes likely, one tap away; the search is for everything else. */
const showSuggested = (field, answers) => {
  const place = one("[data-suggested]", field);
  if (!place) return;
  const { definition } = pageData().form;
  const chosen = codesOf(answers?.[idOf(field)]);
  const left = answers ? withheld(definition, idOf(field), answers, purposes(), today()) : [];
  const found = answers ? suggested(definition, answers, idOf(field)).filter((value) => !left.includes(value)) : [];
  place.replaceChildren(...found.map((value) => chip(field, value, chosen.includes(value))));
  place.hidden = found.length === 0;
};

const reasonOr = (target, otherwise) => {
  const reason = reasonIn(target);
  return reason ? (reason.checked ? { missing: codeOf(reason) } : undefined) : otherwise();
};

const showTyped = (field, answer, same) => {
  if (!same(input(field).value)) input(field).value = answer?.value ?? "";
  check(field, answer?.missing ? [answer.missing] : []);
};

const isCoarse = (field) => "coarse" in input(field).dataset;

const types = {
  select: {
    read: (field, target) => choose(codeOf(target)),
    show: (field, answer, answers) => {
      check(field, codesOf(answer));
      offer(field, answers);
      showFolded(field);
      showSuggested(field, answers);
    },
  },
  multi: {
    read: (field, target, before) => toggle(before, codeOf(target), alone(field)),
    show: (field, answer, answers) => {
      check(field, codesOf(answer));
      offer(field, answers);
      showFolded(field);
      showSuggested(field, answers);
    },
  },
  told: { show: () => null }, // one button says it of the whole card
  text: {
    read: (field, target) => reasonOr(target, () => textFrom(input(field).value)),
    show: (field, answer) => showTyped(field, answer, (typed) => typed === (answer?.value ?? "")),
  },
  geo: {
    read: (field, target) => reasonOr(target, () => pointFrom(input(field).value, isCoarse(field))),
    show: (field, answer) => showTyped(field, answer, (typed) => pointFrom(typed, isCoarse(field))?.value === answer?.value),
  },
  decimal: {
    read: (field, target) => reasonOr(target, () => decimalFrom(input(field).value)),
    show: (field, answer, answers) => {
      showTyped(field, answer, (typed) => decimalFrom(typed)?.value === answer?.value);
      showSuggested(field, answers);
    },
  },
  int: {
    read: (field, target) => reasonOr(target, () => numberFrom(input(field).value)),
    show: (field, answer, answers) => {
      if (plainDigits(input(field).value) !== String(answer?.value ?? "")) input(field).value = answer?.value ?? "";
      check(field, codesOf(answer));
      showSuggested(field, answers);
    },
  },
  date: {
    read: (field, target, before, answers) => reasonOr(target, () => readDate(field, answers)),
    show: (field, answer, answers) => {
      showDate(field, answer, answers);
      check(field, answer?.missing ? [answer.missing] : []);
    },
  },
  code: {
    read: (field, target, before) => reasonOr(target, () => before),
    show: (field, answer, answers) => {
      const place = one("[data-chosen]", field);
      place.textContent = chosenText(one("[data-list]", field).dataset.list, codesOf(answer));
      place.hidden = place.textContent === "";
      showSuggested(field, answers);
      one("[data-map]", field)?.dispatchEvent(new CustomEvent("answer-shown", { detail: codesOf(answer) }));
      check(field, answer?.missing ? [answer.missing] : []);
    },
  },
  signature: {
    read: (field, target) => (target.checked ? choose(codeOf(target)) : undefined),
    show: (field, answer) => {
      check(field, codesOf(answer));
      one("[data-drawn]", field).setAttribute("d", drawnIn(answer));
    },
  },
  repeat: {
    read: (field, target) => reasonOr(target, () => {
      settlePiece(target);
      settleRows(field);
      return readRows(field);
    }),
    show: (field, answer) => {
      check(field, answer?.missing ? [answer.missing] : []);
      showRows(field, answer);
    },
  },
};
types.multi_code = types.code;

/** The answer of `field` after an event on `target`; `answers` are all that are held. */
export const readField = (field, target, answers) => types[field.dataset.type].read(field, target, answers[idOf(field)], answers);

/** Show what is held for `field`; `null` for `answers` empties it. */
export const showField = (field, answers) => {
  if (answers === null) empty(field);
  types[field.dataset.type].show(field, answers?.[idOf(field)], answers);
};

const empty = (field) => {
  all("[data-input]", field).forEach((place) => (place.value = ""));
  all("select", field).forEach((select) => (select.value = ""));
  one("[data-rows]", field)?.replaceChildren();
};

/** The words of an answer as the page itself words them, for reading back; "" for none. */
export const answerText = (field, answer) => {
  if (answer === undefined) return "";
  const label = (code) => one(`[data-option="${CSS.escape(code)}"] span`, field)?.textContent.trim() ?? code;
  if (answer.missing) return one(`[data-option="${answer.missing}"] span`, field)?.textContent.trim() ?? reasonLabel(answer.missing);
  const { type } = field.dataset;
  if (type === "select" || type === "multi") return codesOf(answer).map(label).join(" · ");
  if (type === "code" || type === "multi_code") return chosenText(one("[data-list]", field).dataset.list, codesOf(answer));
  if (type === "date") return dateText(field, answer);
  if (type === "repeat") return rowsText(field, answer.value);
  return String(answer.value);
};

const reasonLabel = (code) => one(`.reasons [data-option="${code}"] span`).textContent.trim();
