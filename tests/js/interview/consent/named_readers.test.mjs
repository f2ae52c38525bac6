/** Who reads what is sealed to the words of an earlier roster: whom it named, and who is a reader still. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { canSealTo, readersOf, rosterSaid } from "../../../../testimony/web/static/js/interview/consent/named_readers.js";
import { RosterChain, kidOf, openingKey, publicKeyOf } from "../../../../testimony/web/static/js/sealing/index.js";
import { rootBytes, roots, rosterValue, seedOf, signedByRoots } from "../../sealing/support/organisation.mjs";

const phone = () => kidOf(publicKeyOf(seedOf("phone-1")));
const first = signedByRoots(rosterValue, roots.slice(0, 2));
const following = (changes) => signedByRoots({ ...rosterValue, no: 2, prev: first.id, ...changes }, roots.slice(0, 2));
const person = (id) => rosterValue.people.find((one) => one.id === id);
const peopleWith = (changed) => rosterValue.people.map((one) => (one.id === changed.id ? changed : one));
const newKey = (name) => openingKey(seedOf(`${name} again`)).recipient.text;

/** {chain, said}: the first roster, whose words were said, and a second one in force. */
const chained = (changes) => {
  const chain = new RosterChain(rootBytes, [first, following(changes)]);
  return { chain, said: rosterSaid(chain, first.id) };
};
const textsOf = (recipients) => recipients.map(({ text }) => text);

test("whoever was removed since the words were said reads nothing", () => {
  const { chain, said } = chained({ people: peopleWith({ ...person("lawyer-b"), status: "revoked" }) });
  assert.deepEqual(textsOf(readersOf(chain, said, "lawyers")), [person("lawyer-a").age]);
});

test("whoever came since, or has another key, was not named and reads nothing", () => {
  const more = { ...person("lawyer-a"), id: "lawyer-c", age: newKey("lawyer-c"), keys: [publicKeyOf(seedOf("lawyer-c"))] };
  const people = [...peopleWith({ ...person("lawyer-b"), age: newKey("lawyer-b") }), more];
  const { chain, said } = chained({ people });
  assert.deepEqual(textsOf(readersOf(chain, said, "lawyers")), [person("lawyer-a").age]);
});

test("to the words of a roster that is not in the chain nothing is sealed", () => {
  const { chain } = chained({});
  assert.equal(canSealTo(chain, rosterSaid(chain, "0".repeat(64)), phone), false);
});

test("where the recovery key changed, or the phone was not there yet, the words are said again first", () => {
  const recovered = chained({ people: peopleWith({ ...person("recovery"), age: newKey("recovery") }) });
  assert.equal(canSealTo(recovered.chain, recovered.said, phone), false);
  const plain = chained({});
  assert.equal(canSealTo(plain.chain, plain.said, phone), true);
  assert.equal(canSealTo(plain.chain, plain.said, () => "0".repeat(64)), false);
});
