/** Signed records: canonical JSON bytes, named by their SHA-256, with the signatures beside them: {bytes, sigs, id}. */

import { utf8 } from "../base/bytes.js";
import { sha256Hex } from "../base/hashes.js";
import { decodeObject, encodeCanonical, hasExactly } from "../base/jcs.js";
import { NotCanonical, SignatureBad } from "../base/errors.js";
import { holds, isForm } from "./forms.js";
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

/** The name in the table of forms of what "v" says: "manifest", and "manifest/2"; "" where it says nothing. */
const formOf = (v) => {
  const [, number, kind] = /^testimony\/([1-9][0-9]{0,5})\/([a-z][a-z-]{0,31})$/.exec(typeof v === "string" ? v : "") ?? [];
  return number === "1" || !number ? (kind ?? "") : `${kind}/${number}`;
};

/** How "v" of `value` stands to `kind`: "same" in a version of it that the table of forms has, "newer" or "other". */
export const versionOf = ({ v }, kind) => {
  const [form, number] = [formOf(v), formOf(v).split("/")[1]];
  if (number && !isForm(form)) return "newer";
  return form.split("/")[0] === kind ? "same" : "other";
};

/** Whether the manifest that says `v` was imported: a lawyer signs it in place of a phone. */
export const isImported = ({ v }) => v === "testimony/3/manifest";

/** Whether `value` is a statement of `kind`, in the form that the table asks for in its version. */
export const isFormed = ({ v, ...said }, kind) => versionOf({ v }, kind) === "same" && holds(formOf(v), said);

/** Throw `SignatureBad` unless exactly `keys` signed `record` under the label of its own kind and version. */
export const verifyRecord = (record, kind, keys) => {
  const { v } = valueOf(record);
  if (versionOf({ v }, kind) !== "same") throw new SignatureBad();
  verify(v, record.bytes, record.sigs, keys);
};
