/** A lawyer's own words to the phone that sealed a testimony. Twin of sealing/statements/question_words.py, which seals them. */

import { openHead, splitAge } from "../age/age.js";
import { openBody } from "../age/stream.js";
import { fromHex, isHex } from "../base/bytes.js";
import { CannotOpen, SignatureBad } from "../base/errors.js";
import { decodeObject, hasExactly } from "../base/jcs.js";
import { isFormed, valueOf, verifyRecord } from "../records/records.js";

const LABEL = "testimony/1/question-words";
const LONGEST = 450;
const BIND_BYTES = 16;
const SPACE = 0x20;

const requireUnaltered = (holds) => {
  if (!holds) throw new CannotOpen("altered");
};

const unpadded = (bytes) => bytes.subarray(0, bytes.findLastIndex((byte) => byte !== SPACE) + 1);

/** The question as an object, once an active lawyer of the newest roster signed it. Throws `NotCanonical` or `SignatureBad`. */
const verifyQuestion = (record, chain) => {
  const value = valueOf(record);
  if (!isFormed(value, "question") || value.sealed === undefined) throw new SignatureBad();
  const signer = chain.latest.signer(value.by);
  if (signer?.kind !== "lawyer" || signer.status !== "active") throw new SignatureBad();
  verifyRecord(record, "question", signer.keys);
  return value;
};

const parsed = (plaintext) => {
  try {
    return decodeObject(unpadded(plaintext));
  } catch {
    throw new CannotOpen("altered");
  }
};

/**
 * {text, bind} of the question `record` about the testimony `tid`, opened with the phone's receiving `key`. `bind` (16 bytes) binds the answer to
 * the testimony. Throws `SignatureBad`, `NotCanonical`, or `CannotOpen`: altered, not_for_you.
 */
export const openWords = async (record, { tid, chain, key }) => {
  const asked = verifyQuestion(record, chain);
  const { head, body } = splitAge(fromHex(asked.sealed, asked.sealed.length / 2)) ?? {};
  requireUnaltered(head);
  const value = parsed(await openBody(await openHead(head, key), body));
  requireUnaltered(hasExactly(value, ["v", "tid", "id", "text", "bind"]) && typeof value.text === "string" && isHex(value.bind, BIND_BYTES));
  requireUnaltered(value.v === LABEL && value.tid === tid && asked.tid === tid && value.id === asked.id);
  requireUnaltered(value.text.length > 0 && [...value.text].length <= LONGEST);
  return { text: value.text, bind: fromHex(value.bind, BIND_BYTES) };
};
