/** What was said to a witness, as the draft holds it: the roster whose names were in the words, and the words themselves by digest. DOM-free. */

import { noted } from "./log.js";
import { stillPlayed } from "./played_prompts.js";

const SAID = ["roster", "scripts", "told", "teach", "purposes", "spoken"];
const NO = ["no", "none"];

/** What the page says now, to be held with the draft. */
export const saidBy = (data) => Object.fromEntries(SAID.map((name) => [name, data[name]]));

/** `data` of the page, with what was said in its place; all of the page's while nothing is held. */
export const asSaid = (data, said) => ({ ...data, ...said });

/** Whether the page says what was said: the same names, in the same version of the scripts, and the same words before each answer. */
const same = (said, data) => said.roster === data.roster && ["scripts", "spoken"].every((part) => JSON.stringify(said[part]) === JSON.stringify(data[part]));

/** Fields that were answered to words which are others on this page, or none at all. A no stands whatever the words. */
const answeredToOthers = ({ said, answers }, data) =>
  Object.keys(said.spoken).filter((field) => answers[field] !== undefined && said.spoken[field] !== data.spoken[field] && !NO.includes(answers[field].value));

/**
 * {state, again}: the draft's state on a page with other words, and the fields to be asked again there. What was agreed to under the
 * earlier words stays in the record, and counts no more.
 */
export const onThisPage = (state, data, day) => {
  if (!state.said || same(state.said, data)) return { state: { ...state, said: state.said ?? saidBy(data) }, again: [] };
  const again = answeredToOthers(state, data);
  const log = noted(state.consent ?? [], state.answers, state.said.purposes, day);
  const ended = Object.entries(state.said.purposes).filter(([id]) => again.includes(`purpose_${id}`)).map(([id, offer]) => ({ id, ...offer, answer: "again", day }));
  const answers = Object.fromEntries(Object.entries(state.answers).filter(([field]) => !again.includes(field)));
  const played = state.played ? { played: stillPlayed(state.played, again, state.said, data) } : {};
  return { state: { ...state, ...played, answers, consent: [...log, ...ended], said: saidBy(data) }, again };
};
