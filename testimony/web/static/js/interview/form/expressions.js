/**
 * The expression language of skip logic and checks, compiled once a tree. Twin of questionnaire/expressions.py, which
 * describes it, and held to it by tests/vectors/relevance.json and a property test. No DOM.
 */

import { LARGEST, ROUNDINGS, added, day, days, decimal, isNumber, matches, numberOf, over, patternOf, remainder, written } from "./operands.js";

const MISSING = ["unk", "ref", "nask"];
export const own = (object, key) => (object != null && Object.hasOwn(object, key) ? object[key] : undefined);

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

const isText = (value) => typeof value === "string";
const isPlace = (value) => Number.isInteger(value) && value >= 0 && value <= 10_000;
const isRow = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
/** `value` where an operand can be it: a text or an integer that is not too large; null otherwise. */
const plain = (value) => (isText(value) || (Number.isInteger(value) && Math.abs(value) <= LARGEST) ? value : null);
const total = (values) => {
  const numbers = values.filter(Number.isInteger);
  return numbers.length ? plain(numbers.reduce((sum, number) => sum + number, 0)) : null;
};

const valueOf = (scope, field) => own(read(own(scope.answers, field)), "value");
const entries = (value) => (Array.isArray(value) ? value : [value]);
const rowsOf = (value) => (Array.isArray(value) ? value.filter(isRow) : null);
const renamed = (row) => Object.fromEntries(Object.entries(row).map(([piece, said]) => [`next.${piece}`, said]));
const pairsOf = (value) => rowsOf(value)?.slice(0, -1).map((row, at) => ({ ...row, ...renamed(rowsOf(value)[at + 1]) })) ?? null;
const scopeOf = (row, scope) => ({ ...scope, answers: Object.fromEntries(Object.entries(row).map(([piece, value]) => [piece, { value }])) });

const counting = (field, truth, choose) => (scope) => choose(valueOf(scope, field))?.filter((row) => truth(scopeOf(row, scope))).length ?? null;
const fromRow = (field, piece, at) => (scope) => plain(read({ value: own(rowsOf(valueOf(scope, field))?.at(at), piece) }).value);
const arithmetic = (act) => (left, right) => (scope) => {
  const [a, b] = [left(scope), right(scope)];
  return isNumber(a) && isNumber(b) ? numberOf(act(a, b)) : null;
};
const ofNumber = (act) => (part) => (scope) => (isNumber(part(scope)) ? numberOf(act(part(scope))) : null);
const ofNumbers = (act) => (...parts) => (scope) => {
  const numbers = parts.map((part) => part(scope)).filter(isNumber);
  return numbers.length ? act(numbers) : null;
};
const ofText = (act) => (said) => (isText(said) ? act(Array.from(said)) : null);
const number = (said) => {
  if (isText(said)) return /^[0-9]{1,9}$/.test(said) ? Number(said) : null;
  return Number.isInteger(said) ? said : null;
};

const refuse = (what) => {
  throw new TypeError(`not an ${what}`);
};

/** What follows an operand's name, and how it is read: [the parts' kinds, make(...parts)]. */
const OPERANDS = {
  of: [["name"], (field) => (scope) => plain(valueOf(scope, field))],
  sum: [["names"], (...fields) => (scope) => total(fields.map((field) => valueOf(scope, field)))],
  today: [[], () => (scope) => scope.today || null],
  count: [["name"], (field) => (scope) => (Array.isArray(valueOf(scope, field)) ? valueOf(scope, field).length : null)],
  rows: [["name", "truth"], (field, truth) => counting(field, truth, rowsOf)],
  pairs: [["name", "truth"], (field, truth) => counting(field, truth, pairsOf)],
  first: [["name", "name"], (field, piece) => fromRow(field, piece, 0)],
  last: [["name", "name"], (field, piece) => fromRow(field, piece, -1)],
  total: [["name", "name"], (field, piece) => (scope) => added((rowsOf(valueOf(scope, field)) ?? []).map((row) => own(row, piece)))],
  length: [["operand"], (part) => (scope) => ofText((letters) => letters.length)(part(scope))],
  slice: [["operand", "place", "place"], (part, from, to) => (scope) => ofText((letters) => letters.slice(from, to).join(""))(part(scope))],
  number: [["operand"], (part) => (scope) => number(part(scope))],
  decimal: [["operand"], (part) => (scope) => decimal(part(scope))],
  plus: [["operand", "operand"], arithmetic((a, b) => a + b)],
  minus: [["operand", "operand"], arithmetic((a, b) => a - b)],
  times: [["operand", "operand"], arithmetic((a, b) => a * b)],
  over: [["operand", "operand"], arithmetic(over)],
  mod: [["operand", "operand"], arithmetic(remainder)],
  floor: [["operand"], ofNumber(ROUNDINGS.floor)],
  ceil: [["operand"], ofNumber(ROUNDINGS.ceil)],
  trunc: [["operand"], ofNumber(ROUNDINGS.trunc)],
  round: [["operand"], ofNumber(ROUNDINGS.round)],
  min: [["operand", "operands"], ofNumbers((numbers) => Math.min(...numbers))],
  max: [["operand", "operands"], ofNumbers((numbers) => Math.max(...numbers))],
  if: [["truth", "operand", "operand"], (truth, then, otherwise) => (scope) => (truth(scope) ? then(scope) : otherwise(scope))],
  coalesce: [["operand", "operand"], (first, second) => (scope) => first(scope) ?? second(scope)],
  concat: [["operands"], (...parts) => (scope) => parts.map((part) => written(part(scope))).join("")],
  days: [["operand"], (part) => (scope) => days(part(scope))],
  day: [["operand"], (part) => (scope) => day(part(scope))],
};

const comparing = (compare, onlyTexts = false) => (left, right) => (scope) => {
  const [a, b] = [left(scope), right(scope)];
  return a !== null && b !== null && typeof a === typeof b && (!onlyTexts || isText(a)) && compare(a, b);
};

const TRUTHS = {
  and: [["truths"], (...parts) => (scope) => parts.every((truth) => truth(scope))],
  or: [["truths"], (...parts) => (scope) => parts.some((truth) => truth(scope))],
  not: [["truth"], (truth) => (scope) => !truth(scope)],
  answered: [["name"], (field) => (scope) => valueOf(scope, field) !== undefined],
  missing: [["name"], (field) => (scope) => own(read(own(scope.answers, field)), "missing") !== undefined],
  stands: [["name"], (purpose) => (scope) => scope.purposes.includes(purpose)],
  has: [["name", "codes"], (field, ...codes) => (scope) => entries(valueOf(scope, field)).some((one) => one != null && codes.includes(one))],
  holds: [["name", "operand"], (field, wanted) => (scope) => entries(valueOf(scope, field)).some((one) => one != null && one === wanted(scope))],
  eq: [["operand", "operand"], comparing((a, b) => a === b)],
  lt: [["operand", "operand"], comparing((a, b) => a < b)],
  le: [["operand", "operand"], comparing((a, b) => a <= b)],
  gt: [["operand", "operand"], comparing((a, b) => a > b)],
  ge: [["operand", "operand"], comparing((a, b) => a >= b)],
  begins: [["operand", "operand"], comparing((a, b) => a.startsWith(b), true)],
  contains: [["operand", "operand"], comparing((a, b) => a.includes(b), true)],
  matches: [["operand", "pattern"], (part, pattern) => (scope) => matches(part(scope), pattern)],
};

const PARTS = {
  name: (part, what) => (isText(part) ? part : refuse(what)),
  place: (part, what) => (isPlace(part) ? part : refuse(what)),
  truth: (part) => compiled(part),
  pattern: (part, what) => (isText(part) ? patternOf(part) : refuse(what)),
  operand: (part) => reading(part),
};
const MANY = { names: PARTS.name, truths: PARTS.truth, codes: (part) => part, operands: PARTS.operand };

const made = (table, tree, what) => {
  const [name, ...parts] = Array.isArray(tree) ? tree : [];
  const [kinds, make] = (isText(name) && own(table, name)) || refuse(what);
  const many = MANY[kinds.at(-1)];
  const fixed = many ? kinds.slice(0, -1) : kinds;
  if (parts.length < fixed.length || (!many && parts.length > fixed.length)) refuse(what);
  return make(...parts.map((part, at) => (at < fixed.length ? PARTS[fixed[at]] : many)(part, what)));
};

const reading = (operand) => {
  if (isText(operand) || Number.isInteger(operand)) return () => operand;
  return made(OPERANDS, operand, "operand");
};

const known = new WeakMap();
/** `tree` as a function of {answers, purposes, today}. Throws TypeError: a form with such a tree must not be loaded. */
export const compiled = (tree) => {
  if (typeof tree === "boolean") return () => tree;
  if (!Array.isArray(tree)) refuse("expression");
  if (!known.has(tree)) known.set(tree, made(TRUTHS, tree, "expression"));
  return known.get(tree);
};

/** The truth of a tree. @param {Iterable<string>} purposes standing purposes @param {string} today ISO date */
export const evaluate = (tree, answers, purposes = [], today = "") => compiled(tree)({ answers, purposes: [...purposes], today });

/** What an operand says, null where that is missing. */
export const operand = (tree, answers, purposes = [], today = "") => reading(tree)({ answers, purposes: [...purposes], today });

const OF_A_FIELD = new Set(["answered", "count", "first", "has", "last", "missing", "of", "pairs", "rows", "total"]);
/** The fields that a tree looks at; the pieces of rows are no fields. */
export const fieldsOf = (tree) => {
  if (!Array.isArray(tree)) return [];
  const [name, ...parts] = tree;
  if (OF_A_FIELD.has(name)) return [parts[0]];
  if (name === "holds") return [parts[0], ...fieldsOf(parts[1])];
  return name === "sum" ? parts : parts.flatMap(fieldsOf);
};
