/** Signed records: canonical JSON bytes, named by their SHA-256, with the signatures beside them: {bytes, sigs, id}. */

import { utf8 } from "../base/bytes.js";
import { sha256Hex } from "../base/hashes.js";
import { decodeObject, encodeCanonical, hasExactly } from "../base/jcs.js";
import { NotCanonical } from "../base/errors.js";
import { holds } from "./forms.js";
import { sign, verify } from "./signatures.js";

export const recordOf = (bytes, sigs) => ({ bytes, sigs, id: sha256Hex(bytes) });

/** `value` as canonical bytes, signed by `seed` under the label that its "v" names. */
export const signedBy = (value, seed) => {
  const bytes = encodeCanonical(value);
  return recordOf(bytes, sign(value.v, bytes, seed));
};

/** The envelope that travels and is stored: canonical JSON {"record", "sigs"}. */
export const encodeSigned = ({ bytes, sigs }) =>
  encodeCanonical({ record: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), sigs });

/** From the envelope's bytes. Throws `NotCanonical`; verifies nothing. */
export const decodeSigned = (envelope) => {
  const value = decodeObject(envelope);
  if (!hasExactly(value, ["record", "sigs"]) || typeof value.record !== "string" || !Array.isArray(value.sigs)) {
    throw new NotCanonical();
  }
  return recordOf(utf8(value.record), value.sigs);
};

/** The statement of a record. Throws `NotCanonical`. */
export const valueOf = (record) => decodeObject(record.bytes);

/** How "v" of `value` stands to `kind` in this version of the format: "same", "newer" or "other". */
export const versionOf = ({ v }, kind) => {
  if (v === `testimony/1/${kind}`) return "same";
  const found = /^testimony\/([1-9][0-9]{0,5})\/[a-z][a-z-]{0,31}$/.exec(typeof v === "string" ? v : "");
  return found !== null && found[1] !== "1" ? "newer" : "other";
};

/** Whether `value` is a statement of this version of `kind`, in the form that the table asks for. */
export const isFormed = ({ v, ...said }, kind) => v === `testimony/1/${kind}` && holds(kind, said);

/** Throw `SignatureBad` unless exactly `keys` signed `record` under the label of its own kind. */
export const verifyRecord = (record, kind, keys) => verify(`testimony/1/${kind}`, record.bytes, record.sigs, keys);
