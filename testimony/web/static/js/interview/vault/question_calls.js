/** The calls of the vault by which an interviewer reads what a lawyer asks in own words, and answers in words. Loaded when somebody does. DOM-free. */

import { CannotSeal, SignatureBad } from "../../sealing/base/errors.js";
import { encodeCanonical } from "../../sealing/base/jcs.js";
import { receivingKey } from "../../sealing/keys/receiving_key.js";
import { decodeSigned } from "../../sealing/records/records.js";
import { openWords } from "../../sealing/statements/question_words.js";
import { sealAnnex } from "../../sealing/testimony/annex.js";
import { bind as bound } from "../../sealing/testimony/bound.js";
import { answerCall } from "./answer_calls.js";
import { entryOf } from "./seal_calls.js";

const READERS = ["lawyers", "recovery"];

const requireKeys = ({ seeds }) => {
  if (seeds === null) throw new CannotSeal("keys");
};

/**
 * {text, bind} of the question in the lawyer's own words that the node handed over as `signed` under `name`, about the testimony `tid`. Throws
 * `CannotSeal` "keys", `SignatureBad` (also where the record has another name), `NotCanonical`, `CannotOpen`.
 */
export const openQuestionCall = async (held, { signed, name, tid }) => {
  requireKeys(held);
  const { record, sigs } = signed;
  const question = decodeSigned(encodeCanonical({ record, sigs }));
  if (question.id !== name) throw new SignatureBad();
  return openWords(question, { tid, chain: held.chain, key: receivingKey(held.seeds.device) });
};

/**
 * Two entries of the outbox: `text` sealed to the lawyers and bound to the testimony by `bind`, and the answer that says so. `of`: the manifest's
 * name. Throws `CannotSeal` "keys" or "lawyers".
 */
export const answerWordsCall = async (held, { tid, of, question, bind, text, day }) => {
  requireKeys(held);
  const { chain, seeds } = held;
  const { sha256, slots } = chain.latest;
  const audiences = Object.fromEntries(READERS.map((name) => [name, { recipients: chain.recipients(name), slots: slots[name] }]));
  if (audiences.lawyers.recipients.length === 0) throw new CannotSeal("lawyers");
  const content = await bound({ kind: "answer-words", question, of, text, day }, bind);
  const { record, part } = await sealAnnex(encodeCanonical(content), { tid, day, roster: sha256, audiences, seed: seeds.device });
  const words = await entryOf("answer", day, record, [...Object.values(part.heads), part.body]);
  return [words, await answerCall(held, { tid, question, code: "written", day })];
};
