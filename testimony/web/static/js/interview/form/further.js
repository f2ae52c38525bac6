/** Another event of the same witness: what the next testimony begins with. It holds the consent and the person, and nothing of the story. DOM-free. */

/** Answers about the person that another event may change. */
const OF_THE_EVENT = ["w_prev"];
const KEPT = ["consent", "identity"];
const isOfThePerson = (id, { compartment }) => (KEPT.includes(compartment) || id.startsWith("w_")) && !OF_THE_EVENT.includes(id);

const carried = (answers, fields) =>
  Object.fromEntries(Object.entries(answers).filter(([id]) => !(id in fields) || isOfThePerson(id, fields[id])));

/** Bytes of a public key in hex, and in base64 where keys are put one after the other. */
const HEX = 64;

/** The keys of a code that no testimony has yet ([64 hex]), as one short text for the note of a row; "" for none. */
export const packedKeys = (keys = []) => btoa(String.fromCharCode(...keys.join("").match(/../g)?.map((pair) => parseInt(pair, 16)) ?? []));

const keysIn = (packed) =>
  Array.from(atob(packed), (letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join("").match(new RegExp(`.{${HEX}}`, "g")) ?? [];

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
