/** Fields on the screen: read the answer that a tap or a key made, and show an answer that is held. One pair a type. */

import { MISSING, choose, dateFrom, numberFrom, partsFrom, partsOf, plainDigits, textFrom, toggle } from "./answers.js";
import { all, one, pageData } from "./cards-page.js";

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
const check = (field, codes) => all("input[name]", field).forEach((input) => (input.checked = codes.includes(codeOf(input))));
const codesOf = (answer) => (answer?.missing ? [answer.missing] : [answer?.value ?? []].flat());

const input = (field) => one("[data-input]", field);
const partsIn = (field) => Object.fromEntries(all("select[data-part]", field).map((select) => [select.dataset.part, select.value]));
const reasonIn = (target) => (target.name && MISSING.includes(codeOf(target)) ? target : null);

/** The word that the page shows for a code of the search dialog. */
export const nameOf = (list, code) => one(`[data-picker-list="${list}"] [data-option="${CSS.escape(code)}"]`)?.textContent ?? code;

const show = (place, text) => {
  place.textContent = text;
  place.hidden = text === "";
};

const chosenText = (list, codes) => codes.filter((code) => !MISSING.includes(code)).map((code) => nameOf(list, code)).join(" · ");

/** Years to choose from, newest first; the clock of a phone may be wrong, so a few more than today's. */
const fillYears = (select) => {
  if (select.options.length > 1) return;
  for (let year = new Date().getUTCFullYear() + 1; year >= 1990; year -= 1) select.append(new Option(String(year), String(year)));
};

const legsIn = (field) => all("[data-leg]", field).map((leg) => Object.fromEntries(all("[data-part]", leg).map((part) => [part.dataset.part, part.value ?? part.dataset.value ?? ""])));
const legAnswer = (field) => {
  const legs = legsIn(field).map((leg) => Object.fromEntries(Object.entries(leg).filter(([, code]) => code !== "" && code !== undefined)));
  const told = legs.filter((leg) => Object.keys(leg).length > 0);
  return told.length === 0 ? undefined : { value: told };
};

/** Append one leg of a chain, with the codes of `leg` where there are any. */
export const addLeg = (field, leg = {}) => {
  const row = one("[data-leg-template]", field).content.firstElementChild.cloneNode(true);
  all("[data-part]", row).forEach((part) => {
    const code = leg[part.dataset.part] ?? "";
    if (part.tagName === "SELECT") part.value = code;
    else choosePart(part, code);
  });
  one("[data-legs]", field).append(row);
  return row;
};

export const choosePart = (part, code) => {
  part.dataset.value = code;
  show(one("[data-chosen]", part), code === "" ? "" : nameOf(one("[data-list]", part).dataset.list, code));
};

const reasonOr = (field, target, otherwise) => {
  const reason = reasonIn(target);
  return reason ? (reason.checked ? { missing: codeOf(reason) } : undefined) : otherwise();
};

const types = {
  select: {
    read: (field, target) => choose(codeOf(target)),
    show: (field, answer) => check(field, codesOf(answer)),
  },
  multi: {
    read: (field, target, before) => toggle(before, codeOf(target), alone(field)),
    show: (field, answer) => check(field, codesOf(answer)),
  },
  text: {
    read: (field, target) => reasonOr(field, target, () => textFrom(input(field).value)),
    show: (field, answer) => {
      if (input(field).value !== (answer?.value ?? "")) input(field).value = answer?.value ?? "";
      check(field, answer?.missing ? [answer.missing] : []);
    },
  },
  int: {
    read: (field, target) => reasonOr(field, target, () => numberFrom(input(field).value)),
    show: (field, answer) => {
      const typed = plainDigits(input(field).value);
      if (typed !== String(answer?.value ?? "")) input(field).value = answer?.value ?? "";
      check(field, codesOf(answer));
    },
  },
  date: {
    read: (field, target, before, answers) => dateFrom(partsIn(field), precisionOf(field, answers)),
    show: (field, answer, answers) => {
      const precision = precisionOf(field, answers);
      all("select[data-part]", field).forEach((select) => (select.parentElement.hidden = !partsOf(precision).includes(select.dataset.part)));
      fillYears(one('[data-part="year"]', field));
      Object.entries(partsFrom(answer)).forEach(([name, value]) => (one(`[data-part="${name}"]`, field).value = value));
    },
  },
  code: {
    read: (field, target, before) => reasonOr(field, target, () => before),
    show: (field, answer) => {
      show(one("[data-chosen]", field), chosenText(one("[data-list]", field).dataset.list, codesOf(answer)));
      check(field, codesOf(answer));
    },
  },
  repeat: {
    read: (field, target) => reasonOr(field, target, () => legAnswer(field)),
    show: (field, answer) => {
      check(field, codesOf(answer?.missing ? answer : undefined));
      const legs = answer?.value ?? [];
      if (JSON.stringify(legs) === JSON.stringify(legAnswer(field)?.value ?? []) && (legs.length > 0 || !answer?.missing)) return;
      one("[data-legs]", field).replaceChildren();
      legs.forEach((leg) => addLeg(field, leg));
    },
  },
};
types.multi_code = types.code;

const precisionOf = (field, answers) => {
  const held = answers?.[`${idOf(field)}_prec`];
  return held?.missing ?? held?.value ?? "day";
};

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
  one("[data-legs]", field)?.replaceChildren();
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
  if (type === "repeat") return answer.value.map((leg) => legText(field, leg)).join("; ");
  return String(answer.value);
};

const reasonLabel = (code) => one(`.reasons [data-option="${code}"] span`).textContent.trim();

const dateText = (field, answer) => {
  const { year, month, day } = partsFrom(answer);
  const shown = all("select[data-part]", field).filter((select) => !select.parentElement.hidden).map((select) => select.dataset.part);
  const name = month ? one('[data-part="month"]', field).options[Number(month)].textContent : "";
  return [shown.includes("day") ? day : "", shown.includes("month") ? name : "", year].filter(Boolean).join(" ");
};

const legText = (field, { from = "", to = "", method = "" }) => {
  const how = one(`[data-leg-template]`, field).content.querySelector(`select option[value="${CSS.escape(method)}"]`);
  return `${from && nameOf("iso3", from)} → ${to && nameOf("iso3", to)}${how && method ? ` (${how.textContent})` : ""}`;
};
