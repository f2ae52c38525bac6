/** Which answers the card offers for one tap: of a long list, and where the form names likely ones. DOM-free. */

import { operand } from "./expressions.js";
import { isDecimal, written } from "./operands.js";
import { read } from "./conditions.js";

const MOST = 6;

const codesIn = (value) => [value ?? []].flat().filter((code) => typeof code === "string");
const ofRows = (pieces, list, rows) => rows.flatMap((row) => pieces.filter((piece) => piece.list === list).flatMap(({ id }) => codesIn(row?.[id])));

/** Codes of `list` that this interview already holds, in the order of the form. */
export const used = (definition, answers, list) => {
  const held = definition.sections.flatMap((section) => section.fields).flatMap((id) => {
    const field = definition.fields[id];
    const { value } = read(answers[id]);
    if (field.type === "repeat") return ofRows(field.pieces ?? [], list, Array.isArray(value) ? value : []);
    return field.list === list ? codesIn(value) : [];
  });
  return [...new Set(held)];
};

const SEARCHED = ["code", "multi_code"];
const fitsNumber = (value) => Number.isInteger(value) && value >= 0;

/** What to offer for the field `id`: what the form suggests for it; of a list that is searched, then what was used already. */
export const suggested = (definition, answers, id) => {
  const field = definition.fields[id];
  if (field.type === "int") return (field.suggest ?? []).map((each) => operand(each, answers)).filter(fitsNumber);
  if (field.type === "decimal") return (field.suggest ?? []).map((each) => written(operand(each, answers))).filter(isDecimal);
  const known = new Set(definition.lists[field.list]?.options.map(({ code }) => code));
  const said = (field.suggest ?? []).map((each) => operand(each, answers));
  const before = SEARCHED.includes(field.type) ? used(definition, answers, field.list) : [];
  const codes = [...new Set([...said.slice(0, MOST), ...before, ...said])];
  return codes.filter((code) => known.has(code)).slice(0, MOST);
};
