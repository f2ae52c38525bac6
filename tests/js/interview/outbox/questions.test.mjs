/** What lawyers ask, on the phone: believed on the node's word, kept when it says nothing, answered once by this phone's key. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, isOpen, learn, merged, questionsIn } from "../../../../testimony/web/static/js/interview/outbox/questions.js";
import { hashedEntry, outboxWith } from "../../support/phones.mjs";

const NAME = "a".repeat(64);
const QUESTION = { name: NAME, code: "call-me", day: "2026-11-24", answers: [] };
const TID = "1".repeat(32);

const delivered = async () => {
  const entry = { ...(await hashedEntry("a")), tid: TID };
  const outbox = await outboxWith(entry);
  await outbox.settle(entry.id, "node", null);
  return { outbox, id: entry.id };
};
const tell = (outbox, id, questions) => learn({ outbox, node: { whereabouts: async () => ({ [id]: { state: "node", ...(questions && { questions }) } }) } });
const kept = async (outbox, id) => (await outbox.find(id)).questions;

test("what a node tells is kept, also while it moves on, and while the node knows nothing of it", async () => {
  const { outbox, id } = await delivered();
  await tell(outbox, id, [QUESTION]);
  await outbox.advance(id, "desk");
  assert.deepEqual(await kept(outbox, id), [QUESTION]);
  await learn({ outbox, node: { whereabouts: async () => ({}) } });
  assert.deepEqual(await kept(outbox, id), [QUESTION]);
  await tell(outbox, id, null);
  assert.deepEqual(await kept(outbox, id), []);
});

test("of what was taken back or deleted no question stays on the phone", async () => {
  const [taken, gone] = [await delivered(), await delivered()];
  for (const { outbox, id } of [taken, gone]) await tell(outbox, id, [QUESTION]);
  await taken.outbox.takeBack(taken.id, "2026-11-25", { id: "w", kind: "withdraw", day: "2026-11-25", names: ["w"] });
  await gone.outbox.advance(gone.id, "withdrawn");
  assert.deepEqual([await kept(taken.outbox, taken.id), await kept(gone.outbox, gone.id)], [undefined, undefined]);
  await taken.outbox.asked(taken.id, () => [QUESTION]);
  assert.equal(await kept(taken.outbox, taken.id), undefined, "what the node said meanwhile comes too late");
});

test("what does not look like a question is passed over, and a code of a newer version is kept", () => {
  const odd = [null, 1, { ...QUESTION, name: "x" }, { ...QUESTION, code: "Call me" }, { ...QUESTION, day: "2026-99-01" }, { ...QUESTION, answers: "x" }];
  assert.deepEqual(questionsIn({ questions: [...odd, { ...QUESTION, code: "newer", more: 1, answers: [{}, { code: "seen", day: "2026-11-25" }] }] }), [
    { ...QUESTION, code: "newer", answers: [{ code: "seen", day: "2026-11-25" }] },
  ]);
  assert.deepEqual(questionsIn({ questions: "x" }), []);
  assert.deepEqual(questionsIn(undefined), []);
  assert.equal(questionsIn({ questions: Array(99).fill(QUESTION) }).length, 16);
});

test("the record of a question in words is kept as it came, and nothing else that stands beside it", () => {
  const signed = { record: "{}", sigs: [] };
  const words = { ...QUESTION, code: "words" };
  assert.deepEqual(questionsIn({ questions: [{ ...words, signed: { ...signed, more: 1 } }] }), [{ ...words, signed }]);
  for (const odd of [null, "x", { record: 1, sigs: [] }, { record: "{}" }]) assert.deepEqual(questionsIn({ questions: [{ ...words, signed: odd }] }), [words]);
});

test("this phone answers once, and shows it until the node has heard", async () => {
  const { outbox, id } = await delivered();
  await tell(outbox, id, [QUESTION]);
  const signed = await hashedEntry("b");
  const give = (code) => answer({ outbox, id, name: NAME, code, day: "2026-11-25", sign: async (tid) => (assert.equal(tid, TID), [{ ...signed, kind: "answer" }]) });
  assert.equal(await give("seen"), "signed");
  assert.equal(await give("seen"), "answered");
  assert.deepEqual((await outbox.all()).map(({ kind }) => kind), ["answer"]);
  await tell(outbox, id, [QUESTION]);
  assert.deepEqual((await kept(outbox, id))[0].answers, [{ code: "seen", day: "2026-11-25", mine: true }]);
  await outbox.settle(signed.id, "node", null);
  assert.equal(await outbox.find(signed.id), undefined);
  await tell(outbox, id, [{ ...QUESTION, answers: [{ code: "seen", day: "2026-11-25" }] }]);
  assert.deepEqual((await kept(outbox, id))[0].answers, [{ code: "seen", day: "2026-11-25" }]);
});

test("of an answer that comes too late it is told whether somebody answered or the question is gone", async () => {
  const { outbox, id } = await delivered();
  const give = () => answer({ outbox, id, name: NAME, code: "seen", day: "2026-11-25", sign: async () => assert.fail("nothing is to be signed") });
  await tell(outbox, id, [{ ...QUESTION, answers: [{ code: "done", day: "2026-11-25" }] }]);
  assert.equal(await give(), "answered");
  await tell(outbox, id, []);
  assert.equal(await give(), "closed");
});

test("nothing is left to answer after an answer in words, done, or one that says why none comes", () => {
  const with_ = (code) => ({ ...QUESTION, answers: [{ code, day: "2026-11-25" }] });
  const said = ["seen", "will-call", "unreachable", "done", "written", "unreadable", "newer"];
  assert.deepEqual(said.filter((code) => isOpen(with_(code))), ["seen", "will-call", "newer"]);
  assert.deepEqual(merged([], [QUESTION]), [QUESTION]);
});
