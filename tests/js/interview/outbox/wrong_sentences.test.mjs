/** "This sentence is wrong": kept encrypted, sent in no order, tied to nothing, and never in the way of a delivery. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";

import { keepMark, markOf, sendMarks } from "../../../../testimony/web/static/js/interview/outbox/wrong_sentences.js";

const NAME = "settings/wrongSentences";
const phoneWith = (/** @type {any} */ node = {}) => {
  const rows = new Map();
  const sealed = new Map();
  let signedIn = true;
  const calls = {
    sealRowNote: ({ id, note }) => (sealed.set(id, note), { sealed: id }),
    openRowNotes: ({ notes }) => (signedIn ? Object.fromEntries(notes.map(({ id }) => [id, sealed.get(id)])) : {}),
  };
  return {
    rows,
    sent: [],
    signIn: (/** @type {boolean} */ value) => (signedIn = value),
    store: { read: async (store, key) => rows.get(`${store}/${key}`), write: async (store, key, value) => rows.set(`${store}/${key}`, value) },
    vault: async () => ({ call: async (name, args) => calls[name](args) }),
    node,
  };
};
const refusing = (rule) => ({ wrongSentences: async () => Promise.reject(Object.assign(new Error(rule), { name: "NodeRefused", rule })) });

test("a mark is the language, the sentence and the hash of its words, and nothing else", async () => {
  const text = createHash("sha256").update("نحن Border Watch.").digest("hex");
  assert.deepEqual(await markOf("ar", "told.who", "نحن Border Watch."), { lang: "ar", sentence: "told.who", text });
});

test("what lies on the phone names no language and no sentence", async () => {
  const phone = phoneWith();
  await keepMark(phone, await markOf("ps", "told.who", "words"));
  const kept = JSON.stringify(phone.rows.get(NAME));
  assert.doesNotMatch(kept, /ps|told|who|words/);
  assert.equal(phone.rows.size, 1);
});

test("with the next delivery all go in one call, and leave the phone", async () => {
  const phone = phoneWith({ wrongSentences: async (marks) => phone.sent.push(marks) });
  await sendMarks(phone);
  assert.deepEqual(phone.sent, []);
  for (const sentence of ["told.who", "told.why"]) await keepMark(phone, await markOf("ps", sentence, sentence));
  await sendMarks(phone);
  assert.deepEqual(phone.sent.map((marks) => marks.map(({ sentence }) => sentence).sort()), [["told.who", "told.why"]]);
  assert.deepEqual(phone.rows.get(NAME), []);
});

test("nobody who is not signed in sends them", async () => {
  const phone = phoneWith({ wrongSentences: async (marks) => phone.sent.push(marks) });
  await keepMark(phone, await markOf("ps", "told.who", "words"));
  phone.signIn(false);
  await sendMarks(phone);
  assert.deepEqual([phone.sent, phone.rows.get(NAME).length], [[], 1]);
});

test("a node that refuses for now gets them later; what it will never take goes", async () => {
  for (const [rule, left] of [["http.401", 1], ["http.429", 1], [null, 1], ["http.400", 0]]) {
    const phone = phoneWith(refusing(rule));
    await keepMark(phone, await markOf("ps", "told.who", "words"));
    await sendMarks(phone);
    assert.equal(phone.rows.get(NAME).length, left, String(rule));
  }
});

test("a mark that is made while others are sent is not lost", async () => {
  const phone = phoneWith({ wrongSentences: async () => keepMark(phone, await markOf("ps", "told.why", "later")) });
  await keepMark(phone, await markOf("ps", "told.who", "words"));
  await sendMarks(phone);
  assert.equal(phone.rows.get(NAME).length, 1);
});

test("a practice keeps nothing", async () => {
  const phone = phoneWith();
  await keepMark({ ...phone, vault: async () => ({ call: async () => null }) }, await markOf("ps", "told.who", "words"));
  assert.equal(phone.rows.size, 0);
});
