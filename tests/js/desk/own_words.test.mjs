/** Words that go by script: sent once for each press, and by a lock only where they can be crossed out afterwards. */
import assert from "node:assert/strict";
import { test } from "node:test";

/** A thing of the page that hears events and can be told of them. */
const heard = (more = {}) => {
  const acts = {};
  return { ...more, addEventListener: (kind, act) => (acts[kind] ??= []).push(act), happen: (kind, event = {}) => Promise.all((acts[kind] ?? []).map((act) => act(event))) };
};

const page = heard();
const lock = heard({ locked: 0, submit: () => (lock.locked += 1) });
let posted = [];
let answer = async () => ({ ok: true, json: async () => ({}) });
let reloads = 0;

globalThis.addEventListener = page.addEventListener;
globalThis.location = { reload: () => (reloads += 1) };
globalThis.document = { documentElement: { lang: "en" }, querySelector: () => lock };
globalThis.fetch = (_, { body }) => (posted.push(JSON.parse(body).text), answer());

const { sendWords } = await import("../../../testimony/web/static/js/desk/pages/session/own_words.js");

/** A form on the page, nothing typed. `more` is what the page asks of `sendWords`. */
const formWith = (more) => {
  const parts = { "[data-said]": { textContent: "" }, "[data-text]": { value: "" }, "[data-act=write]": heard({ disabled: false }) };
  const form = heard({ querySelector: (name) => parts[name] });
  sendWords({ dataset: { csrf: "", save: "/words", failed: "failed", lockAnyway: "once more" } }, form, (text) => ({ text }), more);
  [posted, reloads, lock.locked] = [[], 0, 0];
  return { said: parts["[data-said]"], field: parts["[data-text]"], button: parts["[data-act=write]"], form };
};
/** Somebody presses Lock; `idle`: nobody sits here. */
const press = (idle = false) => lock.happen("submit", { submitter: idle ? null : {}, preventDefault: () => null });
const nobody = async () => {
  throw new TypeError("no desk");
};
const taken = async () => ({ ok: true, json: async () => ({}) });

test("two presses ask once, and a button whose words nobody took can be pressed again", async () => {
  const { field, button, said } = formWith({ sends: true });
  field.value = "Which river?";
  answer = nobody;
  await Promise.all([button.happen("click"), button.happen("click")]);
  assert.deepEqual([posted.length, button.disabled, said.textContent, reloads], [1, false, "failed", 0]);
  answer = taken;
  await Promise.all([button.happen("click"), button.happen("click")]);
  assert.deepEqual([posted.length, button.disabled], [2, true]);
  assert.ok(reloads > 0);
});

test("locking sends no half a question: the button asks once, and the idle time locks", async () => {
  const { field, said, form } = formWith({ sends: true });
  answer = taken;
  field.value = "Did he";
  await form.happen("input");
  await press();
  assert.deepEqual([posted, lock.locked, said.textContent], [[], 0, "once more"]);
  await press();
  assert.deepEqual([posted, lock.locked], [[], 1]);
  field.value = "Did he s";
  await form.happen("input");
  await press(true);
  assert.deepEqual([posted, lock.locked], [[], 2]);
});

test("a question that is under way when somebody locks is waited for and not asked about", async () => {
  const { field, button, said } = formWith({ sends: true });
  field.value = "Which river?";
  let arrive;
  answer = () => new Promise((resolve) => (arrive = () => resolve({ ok: true, json: async () => ({}) })));
  const pressed = button.happen("click");
  const locking = press();
  arrive();
  await Promise.all([pressed, locking]);
  assert.deepEqual([posted, lock.locked, said.textContent], [["Which river?"], 1, ""]);
});

test("words that only this desk keeps are saved by a lock", async () => {
  const { field } = formWith();
  answer = taken;
  field.value = "A court decided";
  await press();
  assert.deepEqual([posted, lock.locked], [["A court decided"], 1]);
});
