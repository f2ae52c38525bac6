/** From the answers on the cards to the contents of the compartments (docs/questionnaire.md). DOM-free: clock and chance are handed in. */

import { generalise } from "./generalising.js";
import { byCompartment } from "./relevance.js";

const valueOf = (answer) => answer?.value ?? null;
const yes = (answers, field) => (answers[field] === undefined ? null : answers[field].value === "yes");
const numbered = (prefix, count, digits = 1) => Array.from({ length: count }, (_, i) => `${prefix}_${String(i + 1).padStart(digits, "0")}`);

/** The purposes that the witness agreed to; nothing stands without P01. */
export const standing = (answers, codes) => {
  const given = codes.filter((code) => yes(answers, `purpose_${code}`));
  return given.includes("P01") ? given : [];
};

/** The script that was said: the witness's language where we have it, the interviewer's otherwise. */
export const scriptOf = (answers, data) => data.scripts[valueOf(answers.witness_language)] ?? data.scripts[data.lang];

const interpreterOf = (answers) => {
  const used = yes(answers, "interpreter");
  if (!used) return used === null ? null : { used };
  return {
    used,
    relation: valueOf(answers.cs_int_relation),
    gender: valueOf(answers.cs_int_gender) ?? answers.cs_int_gender?.missing ?? null,
    officer: yes(answers, "interpreter_officer"),
  };
};

const childrenOf = (answers) =>
  Object.fromEntries(["guardian", "assent", "focal_point", "second_adult"].filter((name) => answers[`cs_${name}`]).map((name) => [name, yes(answers, `cs_${name}`)]));

/** How consent was asked: what the guards judge. Names nobody; what was not recorded is null. */
export const circumstances = (answers, data) => ({
  script: { ...scriptOf(answers, data), heard: valueOf(answers.cs_heard) },
  language: valueOf(answers.witness_language),
  told: data.told.filter((_, i) => answers[numbered("told", data.told.length, 2)[i]]),
  teach_back: Object.fromEntries(data.teach.map((id, i) => [id, valueOf(answers[`teach_${i + 1}`])])),
  mode: valueOf(answers.cs_mode),
  interpreter: interpreterOf(answers),
  present: valueOf(answers.cs_present),
  incentive: valueOf(answers.cs_incentive),
  capacity: valueOf(answers.cs_capacity),
  age: valueOf(answers.cs_age),
  ...childrenOf(answers),
});

/** ASK and the answer for each purpose that was asked, each answer in knowledge of its question. */
export const eventsOf = (answers, data, { day, newId }) =>
  Object.entries(data.purposes).flatMap(([purpose, { recipient, life_months }]) => {
    const answer = yes(answers, `purpose_${purpose}`);
    if (answer === null) return [];
    const about = { purpose, recipient, life_months, day };
    const ask = { event: "ASK", id: newId(), after: [], ...about };
    return [ask, { event: answer ? "GRANT" : "REFUSE", id: newId(), after: [ask.id], ...about }];
  });

const statementsOf = (answers, { dirs, newId }) => {
  const text = valueOf(answers.n_text);
  if (text === null) return [];
  const lang = valueOf(answers.w_lang) ?? valueOf(answers.witness_language) ?? "und";
  return [{ id: newId(), lang, dir: dirs[lang] ?? "ltr", text, original: null }];
};

const without = (answers, field) => Object.fromEntries(Object.entries(answers).filter(([name]) => name !== field));

/**
 * The content of every compartment. `state`: {answers, started, finished, partial}; `data`: what the page says of form and
 * scripts; `with`: {day, newId, person}.
 */
export const compose = (state, data, { day, newId, person }) => {
  const { answers, started, finished, partial } = state;
  const { id: form, definition } = data.form;
  const sorted = byCompartment(definition, answers, standing(answers, Object.keys(data.purposes)));
  const incident = sorted.incident ?? {};
  const names = { interpreter_name: valueOf(answers.interpreter_name), code_handed: valueOf(answers.code_given) };
  return {
    consent: { events: eventsOf(answers, data, { day, newId }), ...circumstances(answers, data) },
    incident: { form, answers: incident },
    coded: { form, answers: generalise(incident, definition) },
    identity: { answers: sorted.identity ?? {} },
    narrative: { statements: statementsOf(answers, { dirs: data.dirs, newId }), answers: without(sorted.narrative ?? {}, "n_text") },
    provenance: { interviewer: person, started, finished, partial, page_language: data.lang, answers: sorted.provenance ?? {}, ...names },
  };
};
