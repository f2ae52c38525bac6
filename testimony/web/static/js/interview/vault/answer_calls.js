/** The call of the vault by which an interviewer answers a lawyer: signed by the phone, so that no interviewer is named. DOM-free. */

import { CannotSeal } from "../../sealing/base/errors.js";
import { signedBy } from "../../sealing/records/records.js";
import { deviceKidOf, entryOf } from "./seal_calls.js";

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** An entry of the outbox that says `code` to the question of the record `question`. Throws `CannotSeal` "keys" without keys. */
export const answerCall = async (held, { tid, question, code, day }) => {
  if (held.seeds === null) throw new CannotSeal("keys");
  const id = hex(crypto.getRandomValues(new Uint8Array(16)));
  return entryOf("answer", day, signedBy({ v: "testimony/1/answer", tid, id, question, code, by: deviceKidOf(held), day }, held.seeds.device), []);
};
