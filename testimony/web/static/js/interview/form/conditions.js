/**
 * What a form asks, still needs, and finds wrong. Twin of questionnaire/conditions.py, held to it by
 * tests/vectors/relevance.json. No DOM.
 */

import { compiled, own, read } from "./expressions.js";

export { evaluate, read } from "./expressions.js";

const MISSING = ["unk", "ref", "nask"];
const INTEGER_LIMIT = 1_000_000;
const DATE = /^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])|\.\.[0-9]{4}-(0[1-9]|1[0-2]))?)?$/;
const POINT = /^-?([0-8]?[0-9](\.[0-9]{1,9})?|90),-?((1[0-7][0-9]|[0-9]?[0-9])(\.[0-9]{1,9})?|180)$/;

/** Ids of the fields to ask, in the order of the form; an answer to a skipped field counts for nothing. */
export const relevant = (definition, answers, purposes) => {
  const asked = {};
  const scope = { answers: asked, purposes: [...purposes], today: "" };
  for (const id of definition.sections.flatMap((section) => section.fields)) {
    if (compiled(definition.fields[id].relevant ?? true)(scope)) asked[id] = own(answers, id) ?? {};
  }
  return Object.keys(asked);
};

/** The answers that count, as `read` gives them: of relevant fields, and not empty. */
export const counted = (definition, answers, purposes) => Object.fromEntries(
  relevant(definition, answers, purposes)
    .map((id) => [id, read(own(answers, id))])
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

const rowFits = (definition, pieces, row) => {
  if (row === null || typeof row !== "object" || Array.isArray(row)) return false;
  if (!Object.keys(row).every((id) => pieces.some((piece) => piece.id === id))) return false;
  return pieces.every((piece) => malformed(definition, piece, own(row, piece.id)) === null && (Object.hasOwn(row, piece.id) || !piece.required));
};

const rowsFit = (definition, field, value) =>
  Array.isArray(value) && value.length <= (field.most ?? value.length) && value.every((row) => rowFits(definition, field.pieces ?? [], row));

/** Which built-in check `value` fails as an answer of `field`, or as a piece of a row; null for none. */
export const malformed = (definition, field, value) => {
  if (value == null || MISSING.includes(value)) return null;
  switch (field.type) {
    case "int": return Number.isInteger(value) && value >= 0 && value <= INTEGER_LIMIT ? null : "number";
    case "date": return typeof value === "string" && DATE.test(value) ? null : "date";
    case "geo": return typeof value === "string" && POINT.test(value) ? null : "point";
    case "repeat": return rowsFit(definition, field, value) ? null : "row";
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

/** [{field, check, kind: "block"|"ask"}] in the order of the form; built in: number, code, exclusive, date, point, row, offered. */
export const violations = (definition, answers, purposes, today) => {
  const given = counted(definition, answers, purposes);
  const scope = scopeOf(definition, answers, purposes, today);
  return Object.keys(given).flatMap((id) => {
    const field = definition.fields[id];
    const value = own(answers[id], "value");
    const left = () => withheldIn(definition, id, scope).some((code) => [value].flat().includes(code));
    const name = malformed(definition, field, value) ?? (left() ? "offered" : null);
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
