/** How far a sentence was checked, and what may be done with it. Twin of questionnaire/sentence_states.py. DOM-free. */

/** The language in which every sentence is written first. */
export const SOURCE = "en";
/** From the least to the most that can be said of a sentence. */
export const STATES = ["draft", "agreed", "back_translated", "checked", "heard"];

/** Whether a sentence in this state may be read aloud as it stands; not one in a state that nobody knows. */
export const mayBeRead = (state) => STATES.indexOf(state) >= STATES.indexOf("checked");

/** The state of several sentences together; undefined of none. */
export const lowest = (states) => STATES.find((state) => states.includes(state));

/** The state of the sentence `key` in a pack, which leaves out machine drafts. */
export const stateIn = (pack, key) => pack.states[key] ?? STATES[0];
