/** Another event of the same witness: what the next testimony begins with. It holds the consent and the person, and nothing of the story. DOM-free. */

import { fromHex, toHex } from "../../sealing/base/bytes.js";
import { due } from "./harm.js";
import { knowing } from "./known.js";

/** Answers that stand among those about the person, and that another event may change. */
const OF_THE_EVENT = ["w_prev", "w_role"];
const KEPT = ["consent", "identity"];
const isOfThePerson = (id, { compartment }) => (KEPT.includes(compartment) || id.startsWith("w_")) && !OF_THE_EVENT.includes(id);

/** How the form of the earlier event was walked: what was opened of it, answered by one tap, and left to the desk. */
const isOfTheWalk = (id) => ["rest", "code_rest"].includes(id) || id.startsWith("none_");

/** What goes on, and which questions of the form need not be asked again. */
const carried = (answers, fields) => {
  const kept = Object.entries(answers).filter(([id]) => (id in fields ? isOfThePerson(id, fields[id]) : !isOfTheWalk(id)));
  return knowing(Object.fromEntries(kept), kept.map(([id]) => id).filter((id) => id in fields));
};

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

const only = (askedIn, answers) => Object.fromEntries(Object.entries(askedIn).filter(([field]) => field in answers));

/** The offers of help that were made for what goes on. Those that only the earlier event called for are made again where this one does. */
const offered = (prompts, answers, prompted) => due(prompts, answers).filter((id) => prompted.includes(id));

/**
 * What the draft of the next testimony holds besides what every draft does, after `state` was sealed as the record `manifest`; null where
 * it was stopped early, or its code has no key left. `definition`: the form's; `prompts`: those of the page.
 */
export const furtherOf = (state, { definition, prompts }, manifest) => {
  const { answers, consent = [], heard = {}, askedIn = {}, played = {}, help = {}, prompted = [], said, partial, code } = state;
  if (partial || (code && !code.further?.length)) return null;
  const kept = carried(answers, definition.fields);
  const next = { answers: kept, consent, heard, askedIn: only(askedIn, kept), played, help, prompted: offered(prompts, kept, prompted), said, code: code && nextCode(code), further: manifest };
  return structuredClone(next);
};
