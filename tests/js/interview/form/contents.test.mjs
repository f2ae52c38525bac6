/** From the cards to the compartments: what is agreed to, and that consent names nobody. */

import assert from "node:assert/strict";
import test from "node:test";

import { circumstances, compose, standing, standingIn } from "../../../../testimony/web/static/js/interview/form/contents.js";

const given = (codes) => Object.fromEntries(["P01", "P04", "P06"].map((code) => [`purpose_${code}`, { value: codes.includes(code) ? "yes" : "no" }]));
const FIELDS = {
  w_name: { type: "text", compartment: "identity", relevant: ["stands", "P04"], export: "never" },
  n_text: { type: "text", compartment: "narrative", export: "never" },
  w_lang: { type: "code", compartment: "narrative", export: "never" },
  w_gender: { type: "select", list: "gender", compartment: "incident", export: "coded" },
  s_place: { type: "text", compartment: "provenance", export: "never" },
};
const DATA = {
  lang: "en",
  scripts: { en: { id: "s", version: 1, lang: "en", sha256: "e", draft: false }, ar: { id: "s", version: 1, lang: "ar", sha256: "a", draft: true } },
  told: ["who", "why"], teach: ["q1", "q2", "q3"], dirs: { ar: "rtl" },
  purposes: { P01: { purpose: "P01", recipient: "organisation", life_months: 24 }, P04: { purpose: "P04", recipient: "lawyers", life_months: 24 }, P06: { purpose: "P06", recipient: "public", life_months: null }, P13: { purpose: "P13", recipient: "organisation", life_months: 12 } },
  form: { id: "f@1", definition: { sections: [{ id: "s", fields: Object.keys(FIELDS) }], fields: FIELDS, lists: { gender: { options: [{ code: "m" }, { code: "f" }] } } } },
};
const counter = () => ((n) => () => String((n += 1)))(0);
/** Nothing stands in the way of a yes. */
const IN_ORDER = {
  told_01: { value: "said" }, told_02: { value: "said" }, teach_1: { value: "understood" }, teach_2: { value: "understood" }, teach_3: { value: "understood" },
  cs_present: { value: ["none"] }, cs_capacity: { value: ["none"] }, cs_incentive: { value: "none" }, cs_age: { value: "adult" }, cs_heard: { value: "read" },
  interpreter_officer: { value: "no" },
};
const told = { ...IN_ORDER, n_text: { value: "words of the witness" }, w_lang: { value: "ar" }, w_gender: { value: "f" }, w_name: { value: "Name Given" }, interpreter: { value: "yes" }, interpreter_name: { value: "Interpreter Name" } };
const stateOf = (answers) => ({ answers, started: "t0", finished: "t1", partial: false });
const composed = (codes) => compose(stateOf({ ...told, ...given(codes) }), DATA, { day: "2026-01-05", newId: counter(), person: "interviewer-1" });

test("nothing stands without P01", () => {
  assert.deepEqual(standing(given(["P04", "P06"]), DATA.purposes), []);
  assert.deepEqual(standing(given(["P01", "P06"]), DATA.purposes), ["P01", "P06"]);
});

test("a yes that must not be taken down is sealed as asked and refused for that reason, and gives nothing", () => {
  const of = (more) => compose(stateOf({ ...told, ...given(["P01", "P04"]), ...more }), DATA, { day: "2026-01-05", newId: counter(), person: "i" });
  const answers = (contents) => contents.consent.events.filter(({ event }) => event !== "ASK").map(({ event, purpose, reason }) => [event, purpose, reason]);
  assert.deepEqual(answers(of({})), [["GRANT", "P01", undefined], ["GRANT", "P04", undefined], ["REFUSE", "P06", undefined]]);
  const guarded = of({ cs_present: { value: ["officer"] } });
  assert.deepEqual(answers(guarded), [["REFUSE", "P01", "officer_present"], ["REFUSE", "P04", "officer_present"], ["REFUSE", "P06", undefined]]);
  assert.deepEqual(guarded.consent.events.map(({ event }) => event).filter((event) => event === "ASK").length, 3);
  assert.deepEqual([standingIn(guarded.consent.events, "2026-01-05"), standingIn(of({}).consent.events, "2026-01-05")], [[], ["P01", "P04"]]);
  assert.deepEqual([guarded.identity.answers, of({}).identity.answers], [{}, { w_name: { value: "Name Given" } }]);
  assert.deepEqual(standingIn(of({}).consent.events, "2029-01-05"), []);
});

test("the name is composed only where the lawyer may read it", () => {
  assert.deepEqual(composed(["P01", "P04"]).identity.answers, { w_name: { value: "Name Given" } });
  assert.deepEqual(composed(["P01"]).identity.answers, {});
});

test("that the desk codes the rest is sealed with who took it down, and only where somebody said so", () => {
  const of = (more) => compose(stateOf({ ...told, ...given(["P01", "P04"]), ...more }), DATA, { day: "2026-01-05", newId: counter(), person: "i" });
  assert.equal(of({ code_rest: { value: "desk" } }).provenance.coding, "desk");
  assert.ok(!("coding" in of({}).provenance));
});

test("every answer lies in the compartment of its question", () => {
  const state = stateOf({ ...told, ...given(["P01", "P04"]), s_place: { value: "behind the kitchen" } });
  const contents = compose(state, DATA, { day: "2026-01-05", newId: counter(), person: "i" });
  assert.deepEqual(contents.provenance.answers, { s_place: { value: "behind the kitchen" } });
  assert.deepEqual(contents.incident.answers, { w_gender: { value: "f" } });
});

test("consent and the coded parts hold no free text and name nobody", () => {
  const { consent, coded, incident } = composed(["P01", "P04"]);
  const text = JSON.stringify([consent, coded, incident]);
  for (const secret of ["Interpreter Name", "Name Given", "words of the witness", "interviewer-1"]) assert.ok(!text.includes(secret), secret);
});

test("the account keeps its own language and direction", () => {
  const [statement] = composed(["P01"]).narrative.statements;
  assert.deepEqual([statement.lang, statement.dir, statement.text, statement.original], ["ar", "rtl", "words of the witness", null]);
  assert.ok(!("n_text" in composed(["P01"]).narrative.answers));
});

test("the script is the witness's where there is one, the interviewer's otherwise", () => {
  assert.equal(circumstances({ witness_language: { value: "ar" } }, DATA).script.draft, true);
  assert.equal(circumstances({ witness_language: { value: "ti" } }, DATA).script.lang, "en");
});

test("what was said in another language before stands under that language's script, and only then", () => {
  const said = { told_01: { value: "said" }, told_02: { value: "said" }, teach_1: { value: "understood" }, witness_language: { value: "en" }, ...given(["P01", "P04"]) };
  const heard = { told_01: "ar", told_02: "en", teach_1: "ar", purpose_P01: "ar", purpose_P04: "en", told_09: "ar" };
  const of = (state) => compose({ ...stateOf(said), ...state }, DATA, { day: "2026-01-05", newId: counter(), person: "i" }).consent;
  assert.deepEqual(of({ heard }).said_before, [{ script: DATA.scripts.ar, told: ["who"], teach_back: ["q1"], asked: ["P01"] }]);
  assert.equal(of({ heard }).script.lang, "en");
  for (const none of [undefined, {}, { told_01: "en" }]) assert.ok(!("said_before" in of({ heard: none })));
});

test("a consent names the checked and recorded wording that was in force, and nobody who checked it", () => {
  const checked = { ...DATA.scripts.ar, draft: false, wording: "f".repeat(64), checked: "Zarmina Example" };
  const data = { ...DATA, scripts: { en: { ...DATA.scripts.en, wording: null, checked: null }, ar: checked } };
  const { checked: _, ...named } = checked;
  assert.deepEqual(circumstances({ witness_language: { value: "ar" }, cs_heard: { value: "played" } }, data).script, { ...named, heard: "played", played: [] });
  assert.deepEqual(circumstances({ witness_language: { value: "en" } }, data).script, { ...DATA.scripts.en, heard: null });
  const state = { ...stateOf({ told_01: { value: "said" }, witness_language: { value: "en" }, ...given(["P01"]) }), heard: { told_01: "ar" } };
  const { consent } = compose(state, data, { day: "2026-01-05", newId: counter(), person: "i" });
  assert.deepEqual(consent.said_before[0].script, named);
  assert.ok(!JSON.stringify(consent).includes("Zarmina"));
});

test("what was not answered is null, never a guess", () => {
  const asked = circumstances({}, DATA);
  for (const name of ["mode", "interpreter", "present", "incentive", "capacity", "age"]) assert.equal(asked[name], null);
  assert.deepEqual(asked.told, []);
});

test("a guardian and a safe way of contact are with the name where the lawyers read it, else with who took it down", () => {
  const around = { cs_age: { value: "minor" }, cs_guardian: { value: "yes" }, cs_assent: { value: "yes" }, guardian_name: { value: "Guardian Name" }, guardian_relation: { value: "parent" }, purpose_P13: { value: "yes" }, contact_safe: { value: ["call"] } };
  const of = (codes) => compose(stateOf({ ...told, ...around, ...given(codes) }), DATA, { day: "2026-01-05", newId: counter(), person: "i" });
  const [open, locked] = [of(["P01", "P04"]), of(["P01"])];
  assert.deepEqual([open.identity.answers.guardian_name.value, open.identity.answers.contact_safe.value], ["Guardian Name", ["call"]]);
  assert.equal(open.provenance.guardian_name, undefined);
  assert.deepEqual([locked.identity.answers, locked.provenance.guardian_name, locked.provenance.guardian_relation], [{}, "Guardian Name", "parent"]);
  for (const { consent } of [open, locked]) assert.ok(!JSON.stringify(consent).includes("Guardian Name"));
});

test("a guardian's own account is the account of an adult, and says so", () => {
  const speaking = circumstances({ cs_age: { value: "under12" }, guardian_account: { value: "yes" } }, DATA);
  assert.deepEqual([speaking.age, speaking.speaker], ["adult", "guardian"]);
  const child = circumstances({ cs_age: { value: "under12" } }, DATA);
  assert.deepEqual([child.age, child.speaker], ["under12", "self"]);
});

test("what was answered to a question that does not apply any more is in no compartment", () => {
  const left = {
    interpreter: { value: "no" }, interpreter_name: { value: "Left Interpreter" }, cs_guardian: { value: "yes" }, cs_assent: { value: "yes" },
    guardian_name: { value: "Left Guardian" }, guardian_relation: { value: "parent" }, adults_names: { value: "Left Adult" }, cs_age: { value: "adult" },
  };
  const skipped = new Set(["interpreter_name", "cs_guardian", "cs_assent", "guardian_name", "guardian_relation", "adults_names"]);
  for (const codes of [["P01"], ["P01", "P04"]]) {
    const state = stateOf({ ...told, ...left, ...given(codes) });
    const contents = compose(state, DATA, { day: "2026-01-05", newId: counter(), person: "i", skipped });
    const text = JSON.stringify(contents);
    for (const gone of ["Left", "guardian", "assent", "parent"]) assert.ok(!text.includes(gone.startsWith("Left") ? gone : `"${gone}`), gone);
    assert.equal(contents.consent.age, "adult");
    assert.equal(state.answers.interpreter_name.value, "Left Interpreter", "the draft keeps it, in case it applies again");
  }
});

test("what help was offered is kept with who took it down, by codes, and never with the consent", () => {
  const state = { ...stateOf({ ...told, ...given(["P01"]) }), help: { clinic: "accepted" }, prompted: ["sexual"] };
  const { consent, provenance } = compose(state, DATA, { day: "2026-01-05", newId: counter(), person: "i" });
  assert.deepEqual([provenance.referrals, provenance.prompts], [{ clinic: "accepted" }, ["sexual"]]);
  assert.ok(!JSON.stringify(consent).includes("sexual"));
});

test("a signature is with the name where the lawyers read it, else with who took it down, and never with the consent", () => {
  const signing = { cs_mode: { value: "signature" }, witness_signature: { value: "M1 2L3 4" } };
  const of = (codes, more = signing) => compose(stateOf({ ...told, ...more, ...given(codes) }), DATA, { day: "2026-01-05", newId: counter(), person: "i" });
  const [open, locked] = [of(["P01", "P04"]), of(["P01"])];
  assert.deepEqual([open.identity.answers.witness_signature, open.provenance.witness_signature], [{ value: "M1 2L3 4" }, undefined]);
  assert.deepEqual([locked.identity.answers, locked.provenance.witness_signature], [{}, "M1 2L3 4"]);
  for (const { consent, coded, incident } of [open, locked]) assert.ok(!JSON.stringify([consent, coded, incident]).includes("M1 2"));
  assert.equal(of(["P01"], { ...signing, witness_signature: { value: "paper" } }).provenance.witness_signature, "paper");
});

test("a signature is sealed nowhere while nobody insists on it", () => {
  const left = { cs_mode: { value: "oral" }, witness_signature: { value: "M1 2L3 4" } };
  for (const codes of [["P01"], ["P01", "P04"]]) {
    const contents = compose(stateOf({ ...told, ...left, ...given(codes) }), DATA, { day: "2026-01-05", newId: counter(), person: "i" });
    assert.ok(!JSON.stringify(contents).includes("M1 2"));
  }
});

test("an interviewer whom the roster confirms as a speaker is one for this language and for each draft that was said before", () => {
  const speaks = (lang, heard, tags) => circumstances({ ...told, witness_language: { value: lang } }, { ...DATA, speaks: tags }, { heard }).interviewer_speaks;
  assert.equal(speaks("ar", {}, ["ar"]), true);
  assert.equal(speaks("om", {}, ["om"]), true); // no script: said from the interviewer's own
  assert.equal(speaks("ar", { told_01: "en", told_02: "ar" }, ["ar"]), true);
  assert.equal(speaks("en", { told_01: "ar" }, ["en"]), undefined);
  assert.equal(speaks("ar", {}, ["fr"]), undefined);
  assert.equal(speaks("ar", {}, undefined), undefined);
});

test("the provenance says how far the sentence of each question was checked, in the language in which it was asked", () => {
  const state = { answers: { ...IN_ORDER, ...given(["P01"]), w_gender: { value: "f" } }, askedIn: { w_gender: "ar" }, started: "s", finished: "f", partial: false };
  const data = { ...DATA, question_states: { ar: { rest: "draft", others: {} } } };
  const of = (page) => compose(state, page, { day: "2026-01-05", newId: counter(), person: "i", asked: ["w_gender"] }).provenance.questions;
  assert.deepEqual(of(data), { ar: { draft: ["w_gender"] } });
  assert.deepEqual(of({ ...data, question_states: {} }), {}); // a form of the organisation's own has no sentences
});
