/**
 * Skip logic and checks: the small expression language of questionnaire/conditions.py, held to it by
 * tests/vectors/relevance.json. No DOM.
 */

const MISSING = ["unk", "ref", "nask"];
const INTEGER_LIMIT = 1_000_000;
const own = (object, key) => (object != null && Object.hasOwn(object, key) ? object[key] : undefined);

/** One answer as it counts: {value}, {missing} or {} (nothing yet). */
export const read = (answer) => {
  const missing = own(answer, "missing");
  if (MISSING.includes(missing)) return { missing };
  let value = own(answer, "value");
  if (MISSING.includes(value)) return { missing: value };
  if (Array.isArray(value)) {
    const told = value.filter((one) => !MISSING.includes(one));
    if (value.length && !told.length) return { missing: value[0] };
    value = told;
  }
  return value == null || value === "" || (Array.isArray(value) && !value.length) ? {} : { value };
};

/** `parts` when they are `count` of them and each is a text; a form with another tree must not be loaded. */
const names = (parts, count = parts.length) => {
  if (parts.length !== count || !parts.every((part) => typeof part === "string")) throw new TypeError("not an expression");
  return parts;
};

const valueOf = (answers, field) => own(read(own(answers, field)), "value");

const COMPARISONS = {
  eq: (left, right) => left === right,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
};

const operandOf = (operand, answers, today) => {
  if (typeof operand === "string" || Number.isInteger(operand)) return operand;
  const [name, ...fields] = Array.isArray(operand) ? operand : [];
  if (name === "of") {
    const value = valueOf(answers, names(fields, 1)[0]);
    return typeof value === "string" || Number.isInteger(value) ? value : null;
  }
  if (name === "sum") {
    const numbers = names(fields).map((field) => valueOf(answers, field)).filter(Number.isInteger);
    return numbers.length ? numbers.reduce((sum, number) => sum + number, 0) : null;
  }
  if (name === "today" && !fields.length) return today || null;
  throw new TypeError("not an operand");
};

/** The truth of a tree. @param {Iterable<string>} purposes standing purposes @param {string} today ISO date */
export const evaluate = (tree, answers, purposes = [], today = "") => {
  if (typeof tree === "boolean") return tree;
  const [name, ...parts] = Array.isArray(tree) ? tree : [];
  const truth = (part) => evaluate(part, answers, purposes, today);
  switch (name) {
    case "and": return parts.map(truth).every(Boolean);
    case "or": return parts.map(truth).some(Boolean);
    case "not":
      if (parts.length !== 1) throw new TypeError("not an expression");
      return !truth(parts[0]);
    case "answered": return valueOf(answers, names(parts, 1)[0]) !== undefined;
    case "missing": return own(read(own(answers, names(parts, 1)[0])), "missing") !== undefined;
    case "has": {
      const [field, ...codes] = parts;
      names([field]);
      const value = valueOf(answers, field);
      return (Array.isArray(value) ? value : [value]).some((code) => codes.includes(code));
    }
    case "stands": return [...purposes].includes(names(parts, 1)[0]);
  }
  const compare = own(COMPARISONS, name);
  if (!compare || parts.length !== 2) throw new TypeError("not an expression");
  const [left, right] = parts.map((part) => operandOf(part, answers, today));
  return left !== null && right !== null && typeof left === typeof right && compare(left, right);
};

/** Ids of the fields to ask, in the order of the form; an answer to a skipped field counts for nothing. */
export const relevant = (definition, answers, purposes) => {
  const asked = {};
  for (const id of definition.sections.flatMap((section) => section.fields)) {
    if (evaluate(definition.fields[id].relevant ?? true, asked, purposes)) asked[id] = own(answers, id) ?? {};
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

const malformed = (definition, field, value) => {
  if (value == null) return null;
  if (field.type === "int") {
    const plain = Number.isInteger(value) && value >= 0 && value <= INTEGER_LIMIT;
    return plain || MISSING.includes(value) ? null : "number";
  }
  const list = own(definition.lists, field.list);
  if (!list || field.type === "repeat") return null;
  const codes = Array.isArray(value) ? value : [value];
  const known = new Map(list.options.map((option) => [option.code, option]));
  if (codes.some((code) => !known.has(code) && !MISSING.includes(code))) return "code";
  const alone = codes.some((code) => MISSING.includes(code) || known.get(code).exclusive);
  return alone && codes.length > 1 ? "exclusive" : null;
};

/** [{field, check, kind: "block"|"ask"}] in the order of the form; built in: "number", "code", "exclusive". */
export const violations = (definition, answers, purposes, today) => {
  const given = counted(definition, answers, purposes);
  return Object.keys(given).flatMap((id) => {
    const field = definition.fields[id];
    const name = malformed(definition, field, own(answers[id], "value"));
    if (name) return [{ field: id, check: name, kind: "block" }];
    return (field.checks ?? [])
      .filter((check) => evaluate(check.when, given, purposes, today))
      .map((check) => ({ field: id, check: check.id, kind: check.kind }));
  });
};

/** {incident, identity, narrative}: the answers that count, sorted into the compartments that seal them. */
export const byCompartment = (definition, answers, purposes) => {
  const sorted = { incident: {}, identity: {}, narrative: {} };
  for (const [id, answer] of Object.entries(counted(definition, answers, purposes))) {
    sorted[definition.fields[id].compartment][id] = answer;
  }
  return sorted;
};
