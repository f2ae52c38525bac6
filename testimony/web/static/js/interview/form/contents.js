/** From the answers on the cards to the contents of the compartments (docs/questionnaire.md). DOM-free: clock and chance are handed in. */

import { statesAsked } from "../consent/asked_questions.js";
import { usable } from "../consent/fold.js";
import { obstacles } from "../consent/guards.js";
import { eventsOf, granted, noted } from "../consent/log.js";
import { isAnswered } from "./answers.js";
import { generalise } from "./coded_account.js";
import { playedOf } from "../consent/played_prompts.js";
import { byCompartment } from "./conditions.js";

const valueOf = (answer) => answer?.value ?? null;
const wasAsked = (answer) => isAnswered(answer) && answer.missing !== "nask";
const yes = (answers, field) => (answers[field] === undefined ? null : answers[field].value === "yes");
const numbered = (prefix, count, digits = 1) => Array.from({ length: count }, (_, i) => `${prefix}_${String(i + 1).padStart(digits, "0")}`);
const withoutNulls = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

/** The purposes that stand with these answers; `offers` are those that the organisation asks for. */
export const standing = (answers, offers) => [...new Set(granted(answers, offers).map(({ purpose }) => purpose))];

/** The purposes that stand by what was written down: what decides who reads, once it is sealed. */
export const standingIn = (events, day) => [...new Set(usable(events, day).map(({ purpose }) => purpose))];

/** The script that was said: the witness's language where we have it, the interviewer's otherwise. */
export const scriptOf = (answers, data) => data.scripts[valueOf(answers.witness_language)] ?? data.scripts[data.lang];

/** What a consent says of a script: the checked and recorded wording by its name, where one was in force; no person's. */
const namedIn = (/** @type {Record<string, any>} */ { checked: _, wording, ...script } = {}) => (wording ? { ...script, wording } : script);

/**
 * What was said in another language before the witness went on in this one, script by script: [{script, told, teach_back, asked}].
 * `heard`: {field of something said: the language of the script at its answer}.
 */
const saidBefore = (answers, heard, data) => {
  const here = scriptOf(answers, data)?.lang;
  const earlier = [...new Set(Object.values(heard ?? {}))].filter((lang) => lang !== here && data.scripts[lang]);
  const under = (lang, ids, fields) => ids.filter((_, i) => heard[fields[i]] === lang && answers[fields[i]] !== undefined);
  const asked = Object.keys(data.purposes);
  return earlier
    .map((lang) => ({
      script: namedIn(data.scripts[lang]),
      told: under(lang, data.told, numbered("told", data.told.length, 2)),
      teach_back: under(lang, data.teach, numbered("teach", data.teach.length)),
      asked: under(lang, asked, asked.map((id) => `purpose_${id}`)),
    }))
    .filter(({ told, teach_back, asked: purposes }) => told.length + teach_back.length + purposes.length > 0);
};

/** A guardian who gives their own account, for a child under 12 who is not interviewed. */
const guardianSpeaks = (answers) => valueOf(answers.cs_age) === "under12" && yes(answers, "guardian_account") === true;

const interpreterOf = (answers) => {
  const used = yes(answers, "interpreter");
  if (!used) return used === null ? null : { used };
  return {
    used,
    relation: valueOf(answers.cs_int_relation),
    gender: valueOf(answers.cs_int_gender) ?? answers.cs_int_gender?.missing ?? null,
    officer: yes(answers, "interpreter_officer"),
    oath: yes(answers, "interpreter_oath"),
  };
};

const childrenOf = (answers) =>
  Object.fromEntries(["guardian", "assent", "focal_point", "second_adult"].filter((name) => answers[`cs_${name}`]).map((name) => [name, yes(answers, `cs_${name}`)]));

/** The script with how it was heard, and with what was played to its end where that is how. */
const scriptHeard = (answers, data, state) => {
  const [script, heard] = [scriptOf(answers, data), valueOf(answers.cs_heard)];
  return { ...namedIn(script), heard, ...(["played", "both"].includes(heard) ? { played: playedOf(state, script?.lang, data) } : {}) };
};

/** The roster confirms the interviewer as a speaker of the witness's language, and of each draft that was said before. `data.speaks`: language tags. */
const spokenBy = (answers, /** @type {Record<string, any>} */ { heard }, data) => {
  const drafts = Object.values(heard ?? {}).filter((lang) => data.scripts[lang]?.draft !== false);
  const said = [valueOf(answers.witness_language), ...drafts];
  return said.every((lang) => (data.speaks ?? []).includes(lang)) ? { interviewer_speaks: true } : {};
};

const beforeOf = (answers, heard, data) => {
  const before = saidBefore(answers, heard, data);
  return before.length > 0 ? { said_before: before } : {};
};

/** How consent was asked: what the guards judge. Names nobody; what was not recorded is null. `state`: {heard, played} of the draft. */
export const circumstances = (answers, data, state = {}) => ({
  script: scriptHeard(answers, data, state),
  language: valueOf(answers.witness_language),
  told: data.told.filter((_, i) => answers[numbered("told", data.told.length, 2)[i]]),
  teach_back: Object.fromEntries(data.teach.map((id, i) => [id, valueOf(answers[`teach_${i + 1}`])])),
  mode: valueOf(answers.cs_mode),
  interpreter: interpreterOf(answers),
  present: valueOf(answers.cs_present),
  incentive: valueOf(answers.cs_incentive),
  capacity: valueOf(answers.cs_capacity),
  age: guardianSpeaks(answers) ? "adult" : valueOf(answers.cs_age),
  speaker: guardianSpeaks(answers) ? "guardian" : "self",
  ...spokenBy(answers, state, data),
  ...childrenOf(answers),
  ...beforeOf(answers, state.heard, data),
});

const statementsOf = (answers, { dirs, newId }) => {
  const text = valueOf(answers.n_text);
  if (text === null) return [];
  const lang = valueOf(answers.w_lang) ?? valueOf(answers.witness_language) ?? "und";
  return [{ id: newId(), lang, dir: dirs[lang] ?? "ltr", text, original: null }];
};

const without = (answers, field) => Object.fromEntries(Object.entries(answers).filter(([name]) => name !== field));
const only = (answers, fields) => Object.fromEntries(fields.filter((field) => answers[field] !== undefined).map((field) => [field, answers[field]]));

/** What is asked at the consent step and names somebody: with the name where the lawyers read it, else with who took it down. */
const guardianOf = (answers) => only(answers, ["guardian_name", "guardian_relation"]);
/** A signature names a person: it goes where the name does, never with the consent. Only while somebody insists on signing. */
const signatureOf = (answers) => (valueOf(answers.cs_mode) === "signature" ? only(answers, ["witness_signature"]) : {});
const contactOf = (answers, given) => (given.includes("P13") ? only(answers, ["contact_safe"]) : {});

/** Who helped and what help was offered: codes, and names that only those read who read everything. */
const aroundOf = (answers, { help = {}, prompted = [] }, lawyers, pictures) => withoutNulls({
  pictures,
  interpreter_name: valueOf(answers.interpreter_name),
  adults_names: valueOf(answers.adults_names),
  guardian_name: lawyers ? null : valueOf(answers.guardian_name),
  guardian_relation: lawyers ? null : valueOf(answers.guardian_relation),
  witness_signature: lawyers ? null : valueOf(signatureOf(answers).witness_signature),
  code_handed: valueOf(answers.code_given),
  told_before: valueOf(answers.told_before),
  coding: valueOf(answers.code_rest),
  prompts: prompted,
  referrals: help,
});

/** Which testimony the same person gave before this one. */
const furtherFrom = ({ further = null }) => (further === null ? {} : { further });

/**
 * The content of every compartment. `state`: {answers, started, finished, partial, consent, heard, played, help, prompted, further}; `data`: what
 * the page says of form and scripts; `with`: {day, newId, person, skipped, pictures, asked}, where `asked` names the questions that are said aloud, `pictures` say what each shows, or null, and `skipped` names the questions about the talk
 * that do not apply any more: what was once answered to them stays in the draft and goes nowhere.
 */
export const compose = (state, data, { day, newId, person, skipped = new Set(), pictures = null, asked: questions = [] }) => {
  const talk = Object.fromEntries(Object.entries(state.answers).filter(([field]) => !skipped.has(field)));
  const { answers, started, finished, partial } = state;
  const { id: form, definition } = data.form;
  const asked = circumstances(talk, data, state);
  const log = noted(state.consent ?? [], answers, data.purposes, day);
  const events = eventsOf(log, newId, (purpose) => obstacles(asked, purpose, data.told)[0]);
  const given = standingIn(events, day);
  const lawyers = given.includes("P04");
  const sorted = byCompartment(definition, answers, given);
  const incident = sorted.incident ?? {};
  const people = lawyers ? { ...guardianOf(talk), ...signatureOf(talk), ...contactOf(talk, given) } : {};
  return {
    consent: { events, ...asked },
    incident: { form, answers: incident },
    coded: { form, answers: generalise(incident, definition) },
    identity: { answers: { ...sorted.identity, ...people } },
    narrative: { statements: statementsOf(answers, { dirs: data.dirs, newId }), answers: without(sorted.narrative ?? {}, "n_text") },
    provenance: { interviewer: person, started, finished, partial, page_language: data.lang, answers: sorted.provenance, questions: statesAsked(questions.filter((field) => wasAsked(answers[field])), state.askedIn ?? {}, data.question_states ?? {}), ...furtherFrom(state), ...aroundOf(talk, state, lawyers, pictures) },
  };
};
