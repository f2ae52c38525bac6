/**
 * What a form asks, still needs, and finds wrong. Twin of questionnaire/conditions.py, held to it by
 * tests/vectors/relevance.json. No DOM.
 */

import { compiled, own, read } from "./expressions.js";
import { isDecimal } from "./operands.js";

export { evaluate, read } from "./expressions.js";

const MISSING = ["unk", "ref", "nask"];
const INTEGER_LIMIT = 1_000_000;
const DATE = /^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])|\.\.[0-9]{4}-(0[1-9]|1[0-2]))?)?$/;
const COARSE = /^-?[0-9]+(\.[0-9])?,-?[0-9]+(\.[0-9])?$/; // a place to a tenth of a degree
const POINT = /^-?([0-8]?[0-9](\.[0-9]{1,9})?|90),-?((1[0-7][0-9]|[0-9]?[0-9])(\.[0-9]{1,9})?|180)$/;

const isRow = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
/** `scope` with the pieces of a row among the answers. */
const beside = (scope, row) => ({ ...scope, answers: { ...scope.answers, ...Object.fromEntries(Object.entries(row).map(([piece, value]) => [piece, { value }])) } });

/** `row` of a repeat with `pieces`, without those that are not asked in it. */
const rowAsAsked = (pieces, row, scope) => {
  const held = { ...row };
  for (const { id, relevant: when } of pieces) if (when !== undefined && !compiled(when)(beside(scope, held))) delete held[id];
  return held;
};

/** `answer` of a repeat without the pieces that are not asked in their row, and without rows that are empty. */
const settled = ({ pieces = [] }, answer, scope) => {
  if (!pieces.some((piece) => piece.relevant !== undefined) || !Array.isArray(own(answer, "value"))) return answer;
  const told = answer.value.map((row) => (isRow(row) ? rowAsAsked(pieces, row, scope) : row));
  return { ...answer, value: told.filter((row) => !isRow(row) || Object.keys(row).length > 0) };
};

/** The fields to ask and their answers; of rows what is asked in them. */
const asked = (definition, answers, purposes) => {
  const found = {};
  const scope = { answers: found, purposes: [...purposes], today: "" };
  for (const id of definition.sections.flatMap((section) => section.fields)) {
    const field = definition.fields[id];
    if (compiled(field.relevant ?? true)(scope)) found[id] = settled(field, own(answers, id) ?? {}, scope);
  }
  return found;
};

/** Ids of the fields to ask, in the order of the form; an answer to a skipped field counts for nothing. */
export const relevant = (definition, answers, purposes) => Object.keys(asked(definition, answers, purposes));

/** The answers that count, as `read` gives them: of relevant fields, and not empty. */
export const counted = (definition, answers, purposes) => Object.fromEntries(
  Object.entries(asked(definition, answers, purposes))
    .map(([id, answer]) => [id, read(answer)])
    .filter(([, answer]) => Object.keys(answer).length),
);

/** Required relevant fields with neither a value nor a reason for its absence. */
export const needed = (definition, answers, purposes) => {
  const given = counted(definition, answers, purposes);
  return relevant(definition, answers, purposes).filter((id) => definition.fields[id].required && !(id in given));
};

const wrongCode = (options, value) => {
  const codes = Array.isArray(value) ? value : [value];
  const known = new Map(options.map((option) => [option.code, option]));
  if (codes.some((code) => !known.has(code) && !MISSING.includes(code))) return "code";
  const alone = codes.some((code) => MISSING.includes(code) || known.get(code).exclusive);
  return alone && codes.length > 1 ? "exclusive" : null;
};

/** The codes of the list of `piece` that are not offered in `row`. */
const withheldInRow = ({ offered = [] }, row, scope) => offered.filter(({ when }) => !compiled(when)(beside(scope, row))).flatMap(({ codes }) => codes);

const rowFits = (definition, pieces, row, scope) => {
  if (!isRow(row)) return false;
  if (!Object.keys(row).every((id) => pieces.some((piece) => piece.id === id))) return false;
  return pieces.every((piece) => malformed(definition, piece, own(row, piece.id)) === null
    && !withheldInRow(piece, row, scope).some((code) => [own(row, piece.id)].flat().includes(code)) && (Object.hasOwn(row, piece.id) || !piece.required || !compiled(piece.relevant ?? true)(beside(scope, row))));
};

const rowsFit = (definition, field, value, scope) =>
  Array.isArray(value) && value.length <= (field.most ?? value.length) && value.every((row) => rowFits(definition, field.pieces ?? [], row, scope));

const NOBODY = { answers: {}, purposes: [], today: "" };
/** Which built-in check `value` fails as an answer of `field`, or as a piece of a row; null for none. `scope`: the other answers. */
export const malformed = (definition, field, value, scope = NOBODY) => {
  if (value == null || MISSING.includes(value)) return null;
  switch (field.type) {
    case "int": return Number.isInteger(value) && value >= 0 && value <= INTEGER_LIMIT ? null : "number";
    case "decimal": return isDecimal(value) ? null : "decimal";
    case "date": return typeof value === "string" && DATE.test(value) ? null : "date";
    case "geo": return typeof value === "string" && POINT.test(value) && (!field.coarse || COARSE.test(value)) ? null : "point";
    case "repeat": return rowsFit(definition, field, value, scope) ? null : "row";
  }
  const list = own(definition.lists, field.list);
  return list ? wrongCode(list.options, value) : null;
};

/** The codes of the list of field `id` that are not offered with the answers in `scope`. */
const withheldIn = (definition, id, scope) => (definition.fields[id]?.offered ?? []).filter(({ when }) => !compiled(when)(scope)).flatMap(({ codes }) => codes);

/** What checks and offers look at: the answers of the consent step, and those that count. */
const scopeOf = (definition, answers, purposes, today) => {
  const beside = Object.fromEntries((definition.consent ?? []).map((id) => [id, own(answers, id) ?? {}]));
  return { answers: { ...beside, ...counted(definition, answers, purposes) }, purposes: [...purposes], today };
};

/** The same for the page. */
export const withheld = (definition, id, answers, purposes, today) => (definition.fields[id]?.offered ? withheldIn(definition, id, scopeOf(definition, answers, purposes, today)) : []);

/** For the page: which pieces are not asked in `row` of the repeat `field`, which [piece, code] are not offered, which notes are read, and whether the rest is complete. */
export const judgedRow = (definition, field, row, answers, purposes) => {
  const pieces = field.pieces ?? [];
  const depends = pieces.some((piece) => piece.relevant !== undefined || piece.offered) || field.row_notes !== undefined;
  const scope = depends ? { answers: counted(definition, answers(), purposes()), purposes: [...purposes()], today: "" } : NOBODY;
  const told = rowAsAsked(pieces, row, scope);
  const skipped = pieces.filter((piece) => piece.relevant !== undefined && !compiled(piece.relevant)(beside(scope, told))).map((piece) => piece.id);
  const withheld = pieces.flatMap((piece) => withheldInRow(piece, told, scope).map((code) => [piece.id, code]));
  const notes = (field.row_notes ?? []).map(({ when }) => compiled(when)(beside(scope, told)));
  return { skipped, withheld, notes, complete: malformed(definition, { type: "repeat", pieces }, [told], scope) === null };
};

/** [{field, check, kind: "block"|"ask"}] in the order of the form; built in: number, decimal, code, exclusive, date, point, row, offered. */
export const violations = (definition, answers, purposes, today) => {
  const [told, given] = [asked(definition, answers, purposes), counted(definition, answers, purposes)];
  const scope = scopeOf(definition, answers, purposes, today);
  return Object.keys(given).flatMap((id) => {
    const field = definition.fields[id];
    const value = own(told[id], "value");
    const left = () => withheldIn(definition, id, scope).some((code) => [value].flat().includes(code));
    const name = malformed(definition, field, value, scope) ?? (left() ? "offered" : null);
    if (name) return [{ field: id, check: name, kind: "block" }];
    return (field.checks ?? [])
      .filter((check) => compiled(check.when)(scope))
      .map((check) => ({ field: id, check: check.id, kind: check.kind }));
  });
};

/** The answers that count, sorted into the compartments that seal them. */
export const byCompartment = (definition, answers, purposes) => {
  const sorted = { incident: {}, identity: {}, narrative: {}, provenance: {} };
  for (const [id, answer] of Object.entries(counted(definition, answers, purposes))) {
    sorted[definition.fields[id].compartment][id] = answer;
  }
  return sorted;
};
