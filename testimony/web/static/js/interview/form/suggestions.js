/** Which codes of a long list stand on the card itself: what this interview makes likely, first of all. DOM-free. */

import { operand } from "./expressions.js";
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

/** What to offer for the field `id`: what the form suggests for it, then what was used already. */
export const suggested = (definition, answers, id) => {
  const field = definition.fields[id];
  const known = new Set(definition.lists[field.list]?.options.map(({ code }) => code));
  const said = (field.suggest ?? []).map((each) => operand(each, answers));
  const codes = [...new Set([...said.slice(0, MOST), ...used(definition, answers, field.list), ...said])];
  return codes.filter((code) => known.has(code)).slice(0, MOST);
};
