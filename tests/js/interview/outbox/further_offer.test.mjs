/** The offer of another event of the same witness: a look at a row leaves it, and what the witness takes back ends it for good. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openPage, element } from "../../support/page.mjs";
import { hashedEntry, outboxWith } from "../../support/phones.mjs";

const NAME = "a".repeat(64);
const DAY = "2026-11-25";
const USE = element({ use: "", purpose: "P06" });
const QUESTION = { name: NAME, code: "words", day: "2026-11-24", answers: [], signed: { record: "{}", sigs: [] } };
const WORDS = { row_nth: "{n} {day}", outbox_waiting: "{n}", question_asked: "{day}", uses_none: "none", uses_taken: "taken" };
const CARDS = ["outbox", "uses", "question-words"];
const { one, card, tap } = openPage(CARDS, { words: WORDS }, { "[data-use]": [USE] });

const pages = "../../../../testimony/web/static/js/interview/pages";
const { followOutbox, outboxChanged } = await import(`${pages}/outbox/delivery.js`);
const { showOutbox } = await import(`${pages}/outbox/outbox.js`);

let outbox, id, phone;
const row = () => ({ record: id, question: NAME });
const offered = () => !one("[data-further]").hidden;
/** Until `reached()`. */
const until = async (reached) => {
  for (let looks = 0; looks < 5000 && !reached(); looks += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.ok(reached(), `on ${card()}: ${one("[data-error]").textContent}`);
};
const onCard = (name) => until(() => card() === name);

beforeEach(async () => {
  const entry = { ...(await hashedEntry("a")), tid: "1".repeat(32) };
  id = entry.id;
  outbox = await outboxWith(entry);
  await outbox.settle(id, "node", null);
  await outbox.asked(id, () => [QUESTION]);
  const calls = { openQuestion: async () => ({ text: "Which river?", bind: new Uint8Array(16) }), withdrawUses: async () => ({ ...(await hashedEntry("b")), kind: "uses" }) };
  phone = { outbox, store: { all: async () => [], read: async () => undefined }, vault: async () => ({ call: async (name) => calls[name]() }) };
  followOutbox(phone);
  one("[data-live]").textContent = "";
  await showOutbox(phone, "sealed", { next: id });
  assert.ok(offered());
});

test("it does not come back when a withdrawn row leaves the list", async () => {
  await outbox.takeBack(id, DAY, { ...(await hashedEntry("c")), kind: "withdrawal" });
  await outboxChanged();
  await until(() => !offered());
  tap("clear-delivered");
  await until(() => one('[data-act="clear-delivered"]').hidden);
  assert.deepEqual((await outbox.all()).map(({ kind }) => kind), ["withdrawal"]);
  assert.ok(!offered());
});

test("it stays after the card of single uses was left", async () => {
  tap("take-back-uses", row());
  await onCard("uses");
  tap("keep-uses");
  await onCard("outbox");
  assert.ok(offered());
});

test("it ends when single uses were taken back", async () => {
  tap("take-back-uses", row());
  await onCard("uses");
  USE.checked = true;
  tap("take-back-ticked");
  await onCard("outbox");
  await until(() => one("[data-live]").textContent === "taken");
  assert.ok(!offered());
});

test("it stays after a lawyer's question was read", async () => {
  tap("read-question", row());
  await onCard("question-words");
  tap("leave-question");
  await onCard("outbox");
  assert.ok(offered());
});
