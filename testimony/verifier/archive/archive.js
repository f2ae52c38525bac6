/** What an archive holds and under which names, and its signed list. Twin of archive.py; DOM-free. */

import { fromHex, utf8 } from "../../web/static/js/sealing/base/bytes.js";
import { isDay, isInteger, isKid, isSha256, isText } from "../../web/static/js/sealing/records/fields.js";
import { decodeCanonical, decodeObject, hasExactly } from "../../web/static/js/sealing/base/jcs.js";
import { NotCanonical } from "../../web/static/js/sealing/base/errors.js";
import { recordOf, versionOf } from "../../web/static/js/sealing/records/records.js";

export const [LIST, LIST_SIGNED, SUMS, ROOT] = ["archive.json", "archive.sigs", "SHA256SUMS", "root.json"];
/** What stands behind the files of the list, in this order, and is not on it. */
export const LAST = [SUMS, LIST, LIST_SIGNED];
export const LARGEST_FILE = 2 * 1024 * 1024;
export const LARGEST_LIST = 20 * 1024 * 1024;
const MOST_FILES = 64_000;
const KEYS = ["v", "organisation", "purpose", "recipient", "by", "day", "files"];

export const RECORD = /^records\/([0-9a-f]{64})\.json$/;
export const CHAIN = /^chain\/([0-9]{4})\.json$/;
export const OBJECT = /^objects\/([0-9a-f]{64})$/;
export const FORM = /^forms\/([0-9a-f]{64})\.json$/;
export const TIMESTAMP = /^timestamps\/([0-9a-f]{64})\.(tsr|tsq|pem)$/;
export const NOTE = /^log\/([0-9a-f]{16})\/([0-9a-f]{32}|none)\/([0-9]{1,15})-([0-9a-f]{8})\.note$/;
export const GREW = /^log\/([0-9a-f]{16})\/([0-9a-f]{32}|none)\/([0-9]{1,15})\.grew$/;
export const ENTRY = /^log\/([0-9a-f]{16})\/([0-9a-f]{32}|none)\/([0-9]{1,15})\.entry$/;
export const REVEALED = /^revealed\/([0-9a-f]{32})\/([a-z]+(?:-[0-9]{3})?)\.(line|content)$/;
/** Files whose name is their hash. */
export const NAMED = [RECORD, OBJECT, FORM];
const NAMES = [
  /^(?:README\.txt|verify\.html|root\.json)$/, /^chain\/[0-9]{4}\.(?:json|sigs)$/, /^records\/[0-9a-f]{64}\.(?:json|sigs)$/,
  OBJECT, FORM, TIMESTAMP, NOTE, GREW, ENTRY, REVEALED,
];

const isFile = (file) =>
  hasExactly(file, ["name", "len", "sha256"]) && isText(file.name, 200) && NAMES.some((form) => form.test(file.name)) &&
  isInteger(file.len, 0, LARGEST_FILE) && isSha256(file.sha256);

const isIndex = (value) =>
  hasExactly(value, KEYS) && isSha256(value.organisation) && typeof value.purpose === "string" && /^(?:P[0-9]{2}[a-d]?)?$/.test(value.purpose) &&
  (value.recipient === "" || isText(value.recipient, 64)) && isKid(value.by) && isDay(value.day) && Array.isArray(value.files) &&
  value.files.length <= MOST_FILES && value.files.every(isFile) && new Set(value.files.map(({ name }) => name)).size === value.files.length;

/** A statement and its signatures, which lie beside it. Throws `NotCanonical`. */
export const signedFrom = (bytes, sigs) => {
  const found = decodeCanonical(sigs);
  if (!Array.isArray(found)) throw new NotCanonical();
  return recordOf(bytes, found);
};

/** {index, record}; index is null where the list cannot be read, "newer" where a later version wrote it. */
export const indexOf = (bytes, sigs) => {
  try {
    const record = signedFrom(bytes, sigs);
    const value = decodeObject(bytes);
    const version = versionOf(value, "archive");
    if (version === "newer") return { index: "newer", record };
    return { index: version === "same" && isIndex(value) ? value : null, record };
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error; // not by its name: in the page classes have other ones
    return { index: null, record: null };
  }
};

/** What `sha256sum -c` reads, of every file on the list. */
export const sumsOf = (files) => utf8(files.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(""));

const pathOf = (value) => (Array.isArray(value) && value.length <= 64 && value.every(isSha256) ? value.map((hash) => fromHex(hash)) : null);

const proof = (bytes, kind, keys) => {
  try {
    const value = decodeObject(bytes);
    return hasExactly(value, ["v", ...keys]) && versionOf(value, kind) === "same" ? value : null;
  } catch {
    return null;
  }
};

/** {entry (bytes), size, path} of a proof that an entry is in a log, or null. */
export const inclusionOf = (bytes) => {
  const value = proof(bytes, "included", ["entry", "size", "path"]);
  const path = pathOf(value?.path);
  if (!path || typeof value.entry !== "string" || !isInteger(value.size, 0)) return null;
  return { entry: utf8(value.entry), size: value.size, path };
};

/** {from, to, path} of a proof that a log only grew, or null. */
export const growthOf = (bytes) => {
  const value = proof(bytes, "grew", ["from", "to", "path"]);
  const path = pathOf(value?.path);
  if (!path || !isInteger(value.from, 0) || !isInteger(value.to, 0)) return null;
  return { from: value.from, to: value.to, path };
};
