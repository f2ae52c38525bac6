/** Rows of a repeat on the screen: one line for each border, group of officers, person or paper; added, changed, removed. */

import { MISSING, decimalFrom, numberFrom, pointFrom, textFrom, toggle } from "../../form/answers.js";
import { all, one, pageData } from "../base/cards.js";
import { judgedRow } from "../../form/conditions.js";
import { answers, purposes } from "../base/interview_state.js";
import { fillYears } from "./dates.js";

const fieldIn = (field) => pageData().form.definition.fields[field.dataset.field];
const rowsIn = (field) => all("[data-row]", field);
const partsIn = (row) => all("[data-part]", row);
const ticked = (part) => all("input:checked", part).map((input) => input.closest("[data-option]").dataset.option);
const aloneIn = (list) => pageData().form.definition.lists[list].options.filter((option) => option.exclusive).map((option) => option.code);

/** The word that the page shows for a code of the search dialog. */
export const nameOf = (list, code) => one(`[data-picker-list="${list}"] [data-option="${CSS.escape(code)}"]`)?.textContent ?? code;

const datePart = (part, name) => one(`[data-of-date="${name}"]`, part);
const dateParts = (part) => ["year", "month", "day"].map((name) => datePart(part, name).value);
/** A date as far as it is known. Whether there is such a day is asked by the form's checks, so that no letter of it is lost. */
const dateFrom = (/** @type {string[]} */ [year, month, day]) => {
  if (!year) return undefined;
  return [year, month, month && day].filter(Boolean).map((number) => number.padStart(2, "0")).join("-");
};
const dateSaid = (part) => {
  const [year, month, day] = dateParts(part);
  return year ? [month && day, month && datePart(part, "month").selectedOptions[0].textContent, year].filter(Boolean).join(" ") : "";
};
const putDate = (part, value = "") => {
  fillYears(datePart(part, "year"));
  const numbers = value.split("-").map((number) => (number === "" ? "" : String(Number(number))));
  ["year", "month", "day"].forEach((name, at) => (datePart(part, name).value = numbers[at] ?? ""));
};

const pointOf = (part) => pointFrom(part.value, "coarse" in part.dataset)?.value;

const read = {
  select: (part) => part.value || undefined,
  code: (part) => part.dataset.value || undefined,
  multi: (part) => (ticked(part).length > 0 ? ticked(part) : undefined),
  int: (part) => numberFrom(part.value)?.value,
  decimal: (part) => decimalFrom(part.value)?.value,
  geo: pointOf,
  text: (part) => textFrom(part.value)?.value,
  date: (part) => dateFrom(dateParts(part)),
};

const said = {
  select: (part) => (part.value ? part.selectedOptions[0].textContent : ""),
  code: (part) => (part.dataset.value ? nameOf(one("[data-list]", part).dataset.list, part.dataset.value) : ""),
  multi: (part) => all("label:has(input:checked) span", part).map((text) => text.textContent).join(comma()),
  int: (part) => part.value,
  decimal: (part) => decimalFrom(part.value)?.value ?? "",
  geo: (part) => pointOf(part) ?? "",
  text: (part) => part.value,
  date: dateSaid,
};

const put = {
  select: (part, value) => (part.value = value ?? ""),
  code: (part, value) => choosePart(part, value ?? ""),
  multi: (part, value) => all("[data-option] input", part).forEach((input) => (input.checked = [value ?? []].flat().includes(input.closest("[data-option]").dataset.option))),
  int: (part, value) => (part.value = value ?? ""),
  decimal: (part, value) => (part.value = value ?? ""),
  geo: (part, value) => (part.value = value ?? ""),
  text: (part, value) => (part.value = value ?? ""),
  date: putDate,
};

/** Write the code that was searched for into its piece. */
export const choosePart = (part, code) => {
  part.dataset.value = code;
  const place = one("[data-chosen]", part);
  place.textContent = code === "" ? "" : nameOf(one("[data-list]", part).dataset.list, code);
  place.hidden = code === "";
};

/** Where the code of a part of a border holds its States, by the piece of the row. */
const STATES = { from: [0, 3], to: [4, 7] };
/** The same for a code that somebody searched for; a part of a border says both States. */
export const takePart = (part, code) => {
  choosePart(part, code);
  if (one("[data-list]", part).dataset.list !== "gaz_segment") return;
  for (const [state, span] of Object.entries(STATES)) {
    const place = one(`[data-part="${state}"]`, part.closest("[data-row]"));
    if (place) choosePart(place, code.slice(...span));
  }
};

const pieceOf = (part) => [part.dataset.part, read[part.dataset.kind](part)];
const rowFrom = (row) => Object.fromEntries(partsIn(row).map(pieceOf).filter(([, value]) => value !== undefined));

/** {value: [rows]} of what the page holds; a row without a word is none. */
export const readRows = (field) => {
  const told = rowsIn(field).map(rowFrom).filter((row) => Object.keys(row).length > 0);
  return told.length === 0 ? undefined : { value: told };
};

/** What stands alone in a piece with several answers takes the others away. */
export const settlePiece = (target) => {
  const part = target.closest('[data-part][data-kind="multi"]');
  const code = target.closest("[data-option]")?.dataset.option;
  if (!part || !code) return;
  const before = ticked(part).filter((each) => each !== code).concat(target.checked ? [] : [code]);
  const after = toggle({ value: before }, code, [...aloneIn(part.dataset.list), ...MISSING]);
  put.multi(part, after?.missing ?? after?.value);
};

const comma = () => (document.documentElement.dir === "rtl" ? "، " : ", ");

/** What is shown and hidden as one: the label around a piece, or the piece. */
const placeOf = (part) => part.closest("label") ?? part;
const isShown = (part) => !placeOf(part).hidden;

/** A choice that an earlier answer leaves out is not shown, unless it was chosen before. */
const offer = (part, left) => {
  all("option", part).forEach((option) => (option.hidden = option.disabled = left.includes(option.value) && !option.selected));
  all("[data-option]", part).forEach((option) => option.toggleAttribute("data-withheld", left.includes(option.dataset.option)));
};

/** Show in `row` what is asked in it. Returns whether that is complete. */
const settleRow = (field, row) => {
  const { skipped, withheld, notes, complete } = judgedRow(pageData().form.definition, fieldIn(field), rowFrom(row), answers, purposes);
  partsIn(row).forEach((part) => (placeOf(part).hidden = skipped.includes(part.dataset.part)));
  all("[data-row-note]", row).forEach((note) => (note.hidden = !notes[Number(note.dataset.rowNote)]));
  partsIn(row).forEach((part) => offer(part, withheld.filter(([piece]) => piece === part.dataset.part).map(([, code]) => code)));
  return complete;
};

/** A row in one line: "Croatia → Bosnia & Herzegovina, by bus, 3 March 2026". */
const lineOf = (row) => {
  const words = Object.fromEntries(partsIn(row).filter(isShown).map((part) => [part.dataset.part, said[part.dataset.kind](part)]));
  const { segment, from, to, ...rest } = words;
  const way = segment ? [segment] : from || to ? [`${from || "?"} → ${to || "?"}`] : [];
  return [...way, ...Object.values(rest).filter(Boolean)].join(comma());
};

const showLine = (row) => {
  const line = lineOf(row);
  const place = one("[data-row-said]", row);
  if (line !== "") place.textContent = line;
  else place.textContent = place.dataset.rowSaid;
};

/** After any change: the lines of the rows, which is not complete, and whether there is room for another one. */
export const settleRows = (field) => {
  rowsIn(field).forEach((row) => {
    const complete = settleRow(field, row);
    showLine(row);
    row.toggleAttribute("data-lacking", Object.keys(rowFrom(row)).length > 0 && !complete);
  });
  one('[data-act="add-row"]', field).hidden = rowsIn(field).length >= (fieldIn(field).most ?? Infinity);
};

/** Append one row, open, with what `held` says; the others close to a line each. */
export const addRow = (field, held = {}, open = true) => {
  const row = one("[data-row-template]", field).content.firstElementChild.cloneNode(true);
  partsIn(row).forEach((part) => put[part.dataset.kind](part, held[part.dataset.part]));
  if (open) all("details", field).forEach((details) => (details.open = false));
  one("details", row).open = open;
  one("[data-rows]", field).append(row);
  settleRows(field);
  return row;
};

/** Show what is held; a row that is being filled in stays as it is. */
export const showRows = (field, answer) => {
  const held = answer?.value ?? [];
  if (JSON.stringify(held) !== JSON.stringify(readRows(field)?.value ?? []) || (held.length === 0 && answer?.missing)) {
    one("[data-rows]", field).replaceChildren();
    held.forEach((row) => addRow(field, row, false));
  }
  settleRows(field);
};

/** The rows in words, one after another. */
export const rowsText = (field, rows) => {
  const template = one("[data-row-template]", field).content.firstElementChild;
  return rows.map((held) => {
    const row = template.cloneNode(true);
    partsIn(row).forEach((part) => put[part.dataset.kind](part, held[part.dataset.part]));
    settleRow(field, row);
    return lineOf(row);
  }).join("; ");
};
