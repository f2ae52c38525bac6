/** Another event of the same witness: what the next testimony begins with. It holds the consent and the person, and nothing of the story. DOM-free. */

import { fromHex, toHex } from "../../sealing/base/bytes.js";

/** Answers about the person that another event may change. */
const OF_THE_EVENT = ["w_prev"];
const KEPT = ["consent", "identity"];
const isOfThePerson = (id, { compartment }) => (KEPT.includes(compartment) || id.startsWith("w_")) && !OF_THE_EVENT.includes(id);

const carried = (answers, fields) =>
  Object.fromEntries(Object.entries(answers).filter(([id]) => !(id in fields) || isOfThePerson(id, fields[id])));

const KEY_BYTES = 32;

/** The keys of a code that no testimony has yet ([64 hex]), as one short text for the note of a row; "" for none. */
export const packedKeys = (keys = []) => btoa(String.fromCharCode(...keys.flatMap((key) => [...fromHex(key, KEY_BYTES)])));

const keysIn = (packed) => {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return Array.from({ length: bytes.length / KEY_BYTES }, (_, at) => toHex(bytes.subarray(at * KEY_BYTES, (at + 1) * KEY_BYTES)));
};

/**
 * What the interview of a witness who comes back begins with: the next key of their code, which stands `packed` in the note of the row
 * `manifest`. Everything is explained and asked anew.
 */
export const comingBack = (packed, manifest) => ({ code: nextCode({ further: keysIn(packed) }), further: manifest });

/** The withdrawal code of the next one: the same digits, which are not kept here, and its next key. */
const nextCode = (/** @type {{further: string[]}} */ { further: [publicHex, ...further] }) => ({ code: null, publicHex, further });

/**
 * What the draft of the next testimony holds besides what every draft does, after `state` was sealed as the record `manifest`; null where
 * it was stopped early, or its code has no key left. `definition`: the form's.
 */
export const furtherOf = ({ answers, consent = [], heard = {}, played = {}, said, partial, code }, definition, manifest) => {
  if (partial || (code && !code.further?.length)) return null;
  const kept = { answers: carried(answers, definition.fields), consent, heard, played, said, code: code && nextCode(code), further: manifest };
  return structuredClone(kept);
};
