/** A lawyer's own words on the phone: verified, opened with this phone's key, and believed for this question alone. */
import { decodeSigned, encodeCanonical, toHex } from "../../../testimony/web/static/js/sealing/index.js";
import { receivingKey } from "../../../testimony/web/static/js/sealing/keys/receiving_key.js";
import { signedBy } from "../../../testimony/web/static/js/sealing/records/records.js";
import { openWords } from "../../../testimony/web/static/js/sealing/statements/question_words.js";
import { chain, rootBytes, roots, rosterValue, seedOf, signedByRoots } from "./support/organisation.mjs";
import { RosterChain } from "../../../testimony/web/static/js/sealing/index.js";
import { assert, readText, test } from "./support/harness.mjs";

const vector = JSON.parse(await readText("tests/vectors/question-words.json"));
const { tid } = vector;
const key = receivingKey(seedOf("phone-1"));
const record = decodeSigned(encodeCanonical(vector.signed));
const value = JSON.parse(vector.signed.record);
const asked = (changes, by = "lawyer-a sig") => signedBy({ ...value, ...changes }, seedOf(by));

test("the vector opens with the key of its phone, once the lawyer's signature holds", async () => {
  assert.same(toHex(seedOf("phone-1")), vector.device_seed);
  assert.same(key.recipient.text, vector.receives);
  const { text, bind } = await openWords(record, { tid, chain: chain(), key });
  assert.same([text, toHex(bind)], [vector.text, vector.bind]);
});

test("words of another question or testimony, and altered ones, are refused", async () => {
  const altered = value.sealed.slice(0, -1) + (value.sealed.endsWith("0") ? "1" : "0");
  for (const one of [asked({ id: "3".repeat(32) }), asked({ tid: "3".repeat(32) }), asked({ sealed: altered })]) {
    await assert.rejects(openWords(one, { tid, chain: chain(), key }), "altered");
  }
});

test("another phone opens nothing", async () => {
  await assert.rejects(openWords(record, { tid, chain: chain(), key: receivingKey(seedOf("phone-2")) }), "not_for_you");
});

test("what no active lawyer signed is not opened, and a question from the list has no words", async () => {
  const people = rosterValue.people.map((one) => (one.id === "lawyer-a" ? { ...one, status: "revoked" } : one));
  const dismissed = new RosterChain(rootBytes, [signedByRoots({ ...rosterValue, people }, roots.slice(0, 2))]);
  const { sealed, ...bare } = value;
  const listed = signedBy({ ...bare, v: "testimony/1/question", code: "words" }, seedOf("lawyer-a sig"));
  for (const [one, of] of [[record, dismissed], [asked({}, "interviewer-1"), chain()], [asked({}, "coordinator sig"), chain()], [listed, chain()]]) {
    await assert.rejects(openWords(one, { tid, chain: of, key }), "signature.bad");
  }
});
