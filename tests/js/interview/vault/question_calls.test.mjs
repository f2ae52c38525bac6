/** What a lawyer asks in own words is read and answered in the vault; the answer opens for lawyers, and only together with the testimony. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { answerWordsCall, openQuestionCall } from "../../../../testimony/web/static/js/interview/vault/question_calls.js";
import { sealCalls } from "../../../../testimony/web/static/js/interview/vault/seal_calls.js";
import { readFrames } from "../../../../testimony/web/static/js/interview/node/frames.js";
import { decodeCanonical, decodeSigned, openPart, RosterChain, sha256Hex } from "../../../../testimony/web/static/js/sealing/index.js";
import { openBody } from "../../../../testimony/web/static/js/sealing/age/stream.js";
import { fromBase64NoPad } from "../../../../testimony/web/static/js/sealing/base/bytes.js";
import { openSealed } from "../../../../testimony/web/static/js/sealing/parts/part.js";
import { chain, keys, rootBytes, roots, rosterValue, seedOf, signedByRoots } from "../../sealing/support/organisation.mjs";

const vector = JSON.parse(await readFile(new URL("../../../vectors/question-words.json", import.meta.url), "utf8"));
const { tid, signed, text } = vector;
const NAME = sha256Hex(new TextEncoder().encode(signed.record));
const OF = "3".repeat(64);
const held = { chain: chain(), seeds: { device: seedOf("phone-1"), interviewer: seedOf("interviewer-1") } };

/** The record in an entry of the outbox, and its objects by name. */
const unpacked = async ({ container }) => {
  const [{ payload }, ...objects] = (await readFrames(container)).frames;
  return { value: decodeCanonical(decodeSigned(payload).bytes), objects: Object.fromEntries(objects.map(({ payload: bytes }) => [sha256Hex(bytes), bytes])) };
};

test("a testimony names the key to which lawyers seal a question, under the seal", async () => {
  const events = [{ event: "GRANT", id: "1", purpose: "P01", recipient: "organisation", day: "2026-11-30", life_months: 24, after: [] }];
  const { container } = await sealCalls(held).seal({
    contents: { consent: { events }, provenance: { note: "x" } }, purposes: ["P01", "P04"], said: null, day: "2026-11-30", at: "2026-11-30T10:00:00Z", form: "f@1",
    formSha256: "0".repeat(64), withdraw: null,
  });
  const { frames } = await readFrames(container);
  const record = decodeSigned(frames[0].payload);
  const objects = Object.fromEntries(frames.slice(1).map(({ payload }) => [sha256Hex(payload), payload]));
  const { heads, body } = decodeCanonical(record.bytes).parts.find(({ part }) => part === "provenance");
  const { content } = await openPart({ record, part: "provenance", audience: "lawyers", head: objects[heads.lawyers], body: objects[body], key: keys["lawyer-a"], chain: held.chain });
  const { receives, note } = decodeCanonical(content);
  assert.deepEqual([receives, note], [vector.receives, "x"]);
});

test("the question opens for who is signed in on the phone, and the answer for lawyers and recovery, bound to the testimony", async () => {
  const opened = await openQuestionCall(held, { signed, name: NAME, tid });
  assert.equal(opened.text, text);
  const [words, said] = await answerWordsCall(held, { tid, of: OF, question: "4".repeat(64), bind: opened.bind, text: "Yes, نعم", day: "2026-11-25" });
  const { value: annex, objects } = await unpacked(words);
  assert.deepEqual(Object.keys(annex.part.heads), ["lawyers", "recovery"]);
  for (const [audience, who] of [["lawyers", "lawyer-b"], ["recovery", "recovery"]]) {
    const { content, header } = await openSealed(objects[annex.part.heads[audience]], objects[annex.part.body], { key: keys[who], commit: annex.part.commit, expected: { part: "annex", tid } });
    const { kind, sealed } = decodeCanonical(content);
    assert.deepEqual([kind, header.tid], ["bound", tid]);
    const inside = await openBody(opened.bind, fromBase64NoPad(sealed.replace(/=+$/, "")));
    assert.deepEqual(decodeCanonical(inside), { kind: "answer-words", question: "4".repeat(64), of: OF, text: "Yes, نعم", day: "2026-11-25" });
  }
  const { value: answer } = await unpacked(said);
  assert.deepEqual([answer.v, answer.tid, answer.question, answer.code], ["testimony/1/answer", tid, "4".repeat(64), "written"]);
  assert.equal(answer.by, annex.by);
});

test("without keys, or without a lawyer who could read it, nothing is opened or sealed", async () => {
  const people = rosterValue.people.map((one) => (one.role === "lawyer" ? { ...one, status: "revoked" } : one));
  const nobody = new RosterChain(rootBytes, [signedByRoots({ ...rosterValue, people }, roots.slice(0, 2))]);
  const asked = { tid, of: OF, question: "4".repeat(64), bind: new Uint8Array(16), text: "x", day: "2026-11-25" };
  await assert.rejects(openQuestionCall({ ...held, seeds: null }, { signed, name: NAME, tid }), { name: "CannotSeal", reason: "keys" });
  await assert.rejects(answerWordsCall({ ...held, seeds: null }, asked), { name: "CannotSeal", reason: "keys" });
  await assert.rejects(answerWordsCall({ ...held, chain: nobody }, asked), { name: "CannotSeal", reason: "lawyers" });
});

test("a question under the name of another is opened by no phone: its answer would be sealed to the other", async () => {
  await assert.rejects(openQuestionCall(held, { signed, name: "4".repeat(64), tid }), { name: "SignatureBad" });
  await assert.rejects(openQuestionCall(held, { signed, tid }), { name: "SignatureBad" });
});
