/** What an archive holds and under which names, and its signed list. Twin of archive.py; DOM-free. */

import { fromHex, utf8 } from "../../static/js/sealing/base/bytes.js";
import { decodeCanonical, decodeObject } from "../../static/js/sealing/base/jcs.js";
import { NotCanonical } from "../../static/js/sealing/base/errors.js";
import { isFormed, recordOf, versionOf } from "../../static/js/sealing/records/records.js";

export const [LIST, LIST_SIGNED, SUMS, ROOT] = ["archive.json", "archive.sigs", "SHA256SUMS", "root.json"];
/** What stands behind the files of the list, in this order, and is not on it. */
export const LAST = [SUMS, LIST, LIST_SIGNED];
export const LARGEST_FILE = 2 * 1024 * 1024;
export const LARGEST_LIST = 20 * 1024 * 1024;

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

const isIndex = (value) =>
  isFormed(value, "archive") && value.files.every(({ name }) => NAMES.some((form) => form.test(name))) &&
  new Set(value.files.map(({ name }) => name)).size === value.files.length;

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

const proof = (bytes, kind) => {
  try {
    const value = decodeObject(bytes);
    return isFormed(value, kind) ? { ...value, path: value.path.map((hash) => fromHex(hash)) } : null;
  } catch {
    return null;
  }
};

/** {entry (bytes), size, path} of a proof that an entry is in a log, or null. */
export const inclusionOf = (bytes) => {
  const value = proof(bytes, "included");
  return value && { ...value, entry: utf8(value.entry) };
};

/** {from, to, path} of a proof that a log only grew, or null. */
export const growthOf = (bytes) => proof(bytes, "grew");
