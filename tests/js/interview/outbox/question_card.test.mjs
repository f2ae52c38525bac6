/** The card of a question in own words: it says that an answer was signed only where one was, and signs one for each. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hashedEntry, outboxWith } from "../../support/phones.mjs";

const NAME = "a".repeat(64);
const TID = "1".repeat(32);
const DAY = "2026-11-25";
const QUESTION = { name: NAME, code: "words", day: "2026-11-24", answers: [], signed: { record: "{}", sigs: [] } };
const WORDS = { answer_closed: "closed", answer_answered: "answered", words_closed: "closed, kept", words_answered: "answered, kept", answer_signed: "signed", answer_empty: "empty", question_not_yours: "not yours", delete_sure: "sure" };

/** A page with no more than the card asks for: an element comes into being when somebody looks for it. */
const acts = {};
const listen = (kind, act) => (acts[kind] ??= []).push(act);
const happen = (event) => (acts[event.type] ?? []).forEach((act) => act(event));
const element = (dataset = {}) => {
  const parts = {};
  return {
    dataset, hidden: false, disabled: false, textContent: "", value: "", setAttribute: () => null, removeAttribute: () => null, toggleAttribute: () => null,
    after: () => null, focus: () => null, scrollIntoView: () => null, querySelectorAll: () => [], querySelector: (name) => (parts[name] ??= element()),
  };
};
const cards = Object.fromEntries(["outbox", "question-words"].map((name) => [name, element({ card: name })]));
const whole = element();
for (const id of ["#page-data", "#cards-data", "#practice-data"]) whole.querySelector(id).textContent = JSON.stringify({ words: WORDS });
const one = (name) => cards[/^\[data-card="(.+)"\]$/.exec(name)?.[1]] ?? (name === "[data-card]:not([hidden])" ? Object.values(cards).find(({ hidden }) => !hidden) : whole.querySelector(name));

globalThis.document = {
  documentElement: { lang: "en", dataset: {} }, body: { dataset: {} }, addEventListener: listen, dispatchEvent: happen,
  querySelector: one, querySelectorAll: (name) => (name === "[data-card]" ? Object.values(cards) : []),
};
Object.assign(globalThis, { addEventListener: listen, scrollTo: () => null, requestAnimationFrame: () => null, setInterval: () => null });
Object.defineProperty(globalThis, "navigator", { value: { locks: { request: async () => true } }, configurable: true });

const pages = "../../../../testimony/web/static/js/interview/pages";
const { followOutbox } = await import(`${pages}/outbox/delivery.js`);
const { giveAnswer } = await import(`${pages}/outbox/questions.js`);
const { readQuestion } = await import(`${pages}/outbox/question_words.js`);
const { show } = await import(`${pages}/base/cards.js`);

/** A phone whose lawyer asked something, on the card that shows it. `closed`: the vault does not open it. */
const reading = async ({ closed = "" } = {}) => {
  const entry = { ...(await hashedEntry("a")), tid: TID };
  const outbox = await outboxWith(entry);
  await outbox.settle(entry.id, "node", null);
  await outbox.asked(entry.id, () => [QUESTION]);
  const signed = [];
  const vault = {
    call: async (name) => {
      if (name === "openQuestion") {
        if (closed) throw Object.assign(new Error(), { name: closed });
        return { text: "Which river?", bind: new Uint8Array(16) };
      }
      signed.push(name);
      const answer = { ...(await hashedEntry(String(signed.length))), kind: "answer" };
      return name === "answerInWords" ? [answer] : answer;
    },
  };
  const phone = { outbox, vault: async () => vault };
  followOutbox(phone);
  one("[data-live]").textContent = "";
  const row = { closest: (name) => ({ dataset: name === "[data-record]" ? { record: entry.id } : { question: NAME } }) };
  await readQuestion(phone, row, DAY, { showOutbox: async () => show("outbox") });
  return { outbox, id: entry.id, signed };
};
/** Until the card says something, whatever it is. */
const settled = async () => {
  for (let looks = 0; looks < 5000 && !one("[data-live]").textContent && !one("[data-error]").textContent; looks += 1) await new Promise((resolve) => setTimeout(resolve, 1));
};
const buttons = Object.fromEntries(["seal-answer", "cannot-open"].map((name) => [name, element({ act: name })]));
/** A tap, as a browser hands it on: none where the button is disabled. */
const tap = (name) => buttons[name].disabled || happen({ type: "click", target: { closest: () => buttons[name] } });
const field = () => cards["question-words"].querySelector("textarea");
const seen = () => ({ card: one("[data-card]:not([hidden])").dataset.card, wrong: one("[data-error]").textContent, said: one("[data-live]").textContent });

test("a button whose question somebody answered meanwhile signs nothing, and the list says so", async () => {
  const { outbox, id, signed } = await reading();
  await show("outbox");
  await outbox.asked(id, () => [{ ...QUESTION, answers: [{ code: "done", day: DAY }] }]);
  const button = { dataset: { code: "soon" }, closest: (name) => ({ dataset: name === "[data-record]" ? { record: id } : { question: NAME } }) };
  await giveAnswer({ outbox, vault: async () => assert.fail("nothing is to be signed") }, button, DAY);
  assert.deepEqual([seen().wrong, signed, await outbox.all()], ["answered", [], []]);
});

const WAYS = [["seal-answer", "answerInWords", ""], ["cannot-open", "answerQuestion", "CannotOpen"]];

for (const [act, call, closed] of WAYS) {
  test(`of a question that somebody answered meanwhile, or that is gone, nothing is signed, and the card says so and stays: ${act}`, async () => {
    for (const [left, wrong] of [[[{ ...QUESTION, answers: [{ code: "done", day: DAY }] }], "answered, kept"], [[], "closed, kept"]]) {
      const { outbox, id, signed } = await reading({ closed });
      field().value = "The big one";
      await outbox.asked(id, () => left);
      tap(act);
      await settled();
      assert.deepEqual(seen(), { card: "question-words", wrong, said: "" });
      assert.deepEqual([signed, field().value, await outbox.all()], [[], "The big one", []]);
      assert.equal(buttons[act].disabled, false);
    }
  });

  test(`two taps sign one answer: ${act}`, async () => {
    const { outbox, signed } = await reading({ closed });
    field().value = "The big one";
    tap(act);
    tap(act);
    await settled();
    assert.deepEqual(seen(), { card: "outbox", wrong: "", said: "signed" });
    assert.deepEqual([signed, (await outbox.all()).length], [[call], 1]);
  });
}
