/** typage, the independent tool: it opens what we seal, and we open what it seals. Node only (npm age-encryption). */

import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import { openBody, sealBody } from "../../../../testimony/web/static/js/sealing/age/stream.js";
import { joinAge, newFileKey, openHead, sealHead, splitAge } from "../../../../testimony/web/static/js/sealing/age/age.js";
import { openingKey, parseRecipient } from "../../../../testimony/web/static/js/sealing/index.js";
import { chain, contentsOf, keys, sealed } from "../support/organisation.mjs";
import { assert, test } from "../support/harness.mjs";
import { keyOf, raw, vectors } from "../support/vectors.mjs";

const identity = await generateHybridIdentity();
const recipient = await identityToRecipient(identity);

const typageOpens = (file, secret) => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(secret);
  return decrypter.decrypt(file);
};

test("typage makes the same recipient of an identity as we do", async () => {
  assert.same(openingKey(identity).recipient.text, recipient);
});

for (const length of [0, 10, 65536, 70000]) {
  test(`typage opens the ${length} bytes that we sealed among decoys`, async () => {
    const plaintext = new Uint8Array(length).fill(5);
    const fileKey = newFileKey();
    const file = joinAge(await sealHead(fileKey, [parseRecipient(recipient)], 4), await sealBody(fileKey, plaintext));
    assert.same(await typageOpens(file, identity), plaintext);
  });

  test(`we open the ${length} bytes that typage sealed to a post-quantum recipient`, async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(keys.recovery.recipient.text);
    encrypter.addRecipient(recipient);
    const plaintext = new Uint8Array(length).fill(6);
    const { head, body } = splitAge(await encrypter.encrypt(plaintext));
    assert.same(await openBody(await openHead(head, openingKey(identity)), body), plaintext);
    await assert.rejects(openHead(head, keys.stranger), "not_for_you");
  });
}

test("typage opens a part of a testimony: header line, newline, content, zeros", async () => {
  const secret = await generateHybridIdentity();
  const pinned = chain();
  const { parts } = await sealed(pinned, { readers: { incident: { lawyers: [await identityToRecipient(secret)] } } });
  const { heads, body } = parts.find(({ part }) => part === "incident");
  const plaintext = new TextDecoder().decode(await typageOpens(joinAge(heads.lawyers, body), secret));
  const [line, rest] = plaintext.split("\n");
  assert.same(rest.slice(0, JSON.parse(line).len), new TextDecoder().decode(contentsOf().incident.bytes));
});

test("typage opens the vectors that the Python twin sealed", async () => {
  const file = raw(vectors.cases.py.parts.coded.coordinators);
  const ours = splitAge(file);
  const plaintext = await openBody(await openHead(ours.head, keyOf("coordinator")), ours.body);
  assert.same(await typageOpens(file, vectors.keys.coordinator.identity), plaintext);
});

test("a classic recipient, which typage would mix in silently, is refused when sealing and when opening", async () => {
  const encrypter = new Encrypter();
  encrypter.addRecipient("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");
  encrypter.addRecipient(recipient);
  const { head } = splitAge(await encrypter.encrypt(new Uint8Array(3)));
  await assert.rejects(openHead(head, openingKey(identity)), "altered");
});
