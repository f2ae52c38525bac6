/** A note that depends on its own question appears however the question was answered. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { element, openPage } from "../../support/page.mjs";

const FIELDS = { days: { type: "int", compartment: "incident" }, land: { type: "code", list: "lands", compartment: "incident" } };
const DEFINITION = { sections: [{ id: "part", fields: ["days", "land"] }], fields: FIELDS, lists: { lands: { options: [{ code: "AFG" }] } } };
const DATA = { words: {}, prompts: {}, purposes: [], scripts: {}, speakers: {}, form: { definition: DEFINITION } };
const note = (when) => element({ noteWhen: JSON.stringify(when) });
const NOTES = { days: note(["gt", ["of", "days"], 3]), land: note(["has", "land", "AFG"]) };
const { tap } = openPage(["part"], DATA, { "[data-note-when]": Object.values(NOTES) });
globalThis.CSS = { escape: (text) => text };

const pages = "../../../../testimony/web/static/js/interview/pages";
const { sitting } = await import(`${pages}/base/interview_state.js`);
await import(`${pages}/cards/answer_entry.js`);

const shown = () => Object.keys(NOTES).filter((name) => !NOTES[name].hidden);

beforeEach(() => {
  Object.values(NOTES).forEach((each) => (each.hidden = true));
  sitting.state = { card: "part", answers: { days: { value: 3 } }, asked: {} };
});

test("with the buttons that count", () => {
  tap("more", { field: "days", type: "int" });
  assert.deepEqual(shown(), ["days"]);
  tap("less", { field: "days", type: "int" });
  assert.deepEqual(shown(), []);
});

test("with a likely answer", () => {
  tap("take-suggested", { field: "land", type: "code", suggest: "AFG", stay: "" });
  assert.deepEqual(shown(), ["land"]);
});
