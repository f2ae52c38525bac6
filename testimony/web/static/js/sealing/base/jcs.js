/**
 * Canonical JSON (RFC 8785 restricted): the one byte form in which a statement is signed, hashed and compared.
 *
 * Keys `[a-z0-9_-]{1,64}`, integers |n| <= 2^53-1, no floats, no lone surrogates, depth <= 8. Parsing decodes, encodes
 * again and requires equal bytes. Twin of testimony/canonical.py.
 */

import { utf8 } from "./bytes.js";
import { NotCanonical } from "./errors.js";

const DEPTH = 8;
const KEY = /^[a-z0-9_-]{1,64}$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

const requireAllowed = (holds) => {
  if (!holds) throw new NotCanonical();
};

const ofObject = (value, depth) => {
  requireAllowed([Object.prototype, null].includes(Object.getPrototypeOf(value)));
  const members = Object.keys(value).sort().map((key) => {
    requireAllowed(KEY.test(key));
    return `"${key}":${text(value[key], depth - 1)}`;
  });
  return `{${members.join(",")}}`;
};

const ofNumber = (value) => {
  requireAllowed(Number.isSafeInteger(value));
  return String(value);
};

const ofString = (value) => {
  requireAllowed(!LONE_SURROGATE.test(value));
  return JSON.stringify(value);
};

const text = (value, depth) => {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return ofNumber(value);
  if (typeof value === "string") return ofString(value);
  requireAllowed(typeof value === "object" && depth > 0);
  return Array.isArray(value) ? `[${Array.from(value, (item) => text(item, depth - 1)).join(",")}]` : ofObject(value, depth);
};

/** `value` as canonical bytes; throws `NotCanonical` for anything that the format does not allow. */
export const encodeCanonical = (value) => utf8(text(value, DEPTH));

/** The value of canonical `bytes`; throws `NotCanonical` if these are not the bytes that `encodeCanonical` would give. */
export const decodeCanonical = (bytes) => {
  const { value, given } = parsed(bytes);
  requireAllowed(text(value, DEPTH) === given);
  return value;
};

/** Like `decodeCanonical`, for bytes that must be one JSON object. */
export const decodeObject = (bytes) => {
  const value = decodeCanonical(bytes);
  requireAllowed(value !== null && typeof value === "object" && !Array.isArray(value));
  return value;
};

const parsed = (bytes) => {
  try {
    // ignoreBOM keeps a byte order mark in the text, where JSON.parse refuses it.
    const given = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { value: JSON.parse(given), given };
  } catch {
    throw new NotCanonical();
  }
};

/** Whether `value` is an object with exactly these keys. */
export const hasExactly = (value, keys) =>
  value !== null && typeof value === "object" && !Array.isArray(value) &&
  Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key));
