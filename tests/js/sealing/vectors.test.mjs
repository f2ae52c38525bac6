/** The format's vectors: what Python and the first browser prototype sealed, signed and derived must hold here, whole. */

import * as sealing from "../../../testimony/web/static/js/sealing/index.js";
import { toHex, utf8, fromHex } from "../../../testimony/web/static/js/sealing/base/bytes.js";
import { verifyAttestationSignature } from "../../../testimony/web/static/js/sealing/testimony/attestation.js";
import { derive } from "../../../testimony/web/static/js/sealing/base/hashes.js";
import { contextOf, expandSeed, openWith, prepareRecipient, sealTo } from "../../../testimony/web/static/js/sealing/age/hpke.js";
import { decoyOf } from "../../../testimony/web/static/js/sealing/parts/decoys.js";
import { padme } from "../../../testimony/web/static/js/sealing/parts/part.js";
import { isFormed, valueOf, verifyRecord } from "../../../testimony/web/static/js/sealing/records/records.js";
import { kidOf, mldsaSeed } from "../../../testimony/web/static/js/sealing/records/signatures.js";
import { assert, readText, test } from "./support/harness.mjs";
import { casePart, caseRecord, chainOfVectors, chainWithKeys, keyOf, raw, recordFrom, vectors } from "./support/vectors.mjs";
import { ml_dsa65 } from "../../../testimony/web/static/vendor/noble-2/noble.js";

const AUTHORS = Object.keys(vectors.cases);

test("Padmé pads as the vectors say", () => {
  for (const [size, padded] of vectors.padme) assert.same(padme(size), padded, String(size));
});

test("seeds, identities and recipients are one another's text", () => {
  for (const { seed, identity, recipient } of Object.values(vectors.keys)) {
    assert.same(sealing.openingKey(identity).recipient.text, recipient);
    assert.same(sealing.openingKey(fromHex(seed)).recipient.text, recipient);
    assert.same(sealing.parseRecipient(recipient).raw, sealing.openingKey(identity).recipient.raw);
  }
});

test("seeds give the vectors' signing keys, roots ML-DSA-65 besides", () => {
  for (const { seed, public: [ed25519, mldsa] } of Object.values(vectors.signers)) {
    assert.same(sealing.publicKeyOf(fromHex(seed)), ed25519);
    if (mldsa) assert.same(toHex(ml_dsa65.keygen(mldsaSeed(fromHex(seed))).publicKey), mldsa.pub);
  }
});

test("the root's fingerprint and the roster's signatures hold", () => {
  const chain = chainOfVectors();
  assert.same(chain.fingerprint, vectors.root.fingerprint_sha256);
  assert.same(chain.latest.sha256, vectors.roster.sha256);
  assert.same(chain.readers("lawyers").map(({ id }) => id), ["lawyer-a", "lawyer-b"]);
});

test("HPKE opens what hpke-js and panva sealed, and what it seals opens", async () => {
  const cases = vectors.hpke.filter(({ kem, aead }) => kem === "xwing" && aead === "cc");
  assert.ok(cases.length >= 4);
  for (const { sk, pk, info, aad, pt, py_ct: py, js_ct: js } of cases) {
    const keys = expandSeed(fromHex(sk));
    const context = contextOf(fromHex(info));
    assert.same(toHex(keys.raw), pk);
    for (const sealed of [py, js].map((hex) => fromHex(hex))) {
      assert.same(toHex(await openWith(keys, context, sealed.subarray(0, 1120), sealed.subarray(1120), fromHex(aad))), pt);
    }
    const { enc, ciphertext } = await sealTo(prepareRecipient(keys.raw), context, fromHex(pt), fromHex(aad));
    assert.same(toHex(await openWith(keys, context, enc, ciphertext, fromHex(aad))), pt);
    assert.same(await openWith(keys, context, enc, ciphertext, utf8("other")), null);
  }
});

for (const author of AUTHORS) {
  test(`${author}: every reader opens every part of their audience, and nobody else does`, async () => {
    const { parts, readers, contents_sha256: hashes, headers } = vectors.cases[author];
    const [record, chain] = [caseRecord(author), chainOfVectors()];
    for (const [part, files] of Object.entries(parts)) {
      for (const audience of Object.keys(files)) {
        const given = { record, part, audience, chain, ...casePart(author, part, audience) };
        for (const name of readers[audience]) {
          const opened = await sealing.openPart({ ...given, key: keyOf(name) });
          assert.same(sealing.sha256Hex(opened.content), hashes[part]);
          assert.same(new TextDecoder().decode(opened.line), headers[part]);
        }
        const outsider = audience === "recovery" ? "lawyer-a" : "recovery";
        await assert.rejects(sealing.openPart({ ...given, key: keyOf(outsider) }), "not_for_you", part);
      }
    }
  });

  test(`${author}: the attestation in provenance is the interviewer's, over exactly these parts`, async () => {
    const [record, chain] = [caseRecord(author), chainOfVectors()];
    const given = { record, part: "provenance", audience: "lawyers", chain, ...casePart(author, "provenance", "lawyers") };
    const { content } = await sealing.openPart({ ...given, key: keyOf("lawyer-a") });
    const manifest = sealing.verifyManifest(record, chain);
    assert.same(verifyAttestationSignature(content, manifest).keys, vectors.signers["interviewer-3"].public);
    const other = sealing.verifyManifest(caseRecord(AUTHORS.find((name) => name !== author)), chain);
    let refused = false;
    try {
      verifyAttestationSignature(content, other);
    } catch {
      refused = true;
    }
    assert.ok(refused);
  });

  test(`${author}: a granted head opens for the new reader once the grant's signer is known`, async () => {
    const { grant } = vectors.cases[author];
    const record = caseRecord(author);
    const text = new TextDecoder("latin1").decode(raw(grant.age));
    const end = text.indexOf("\n", text.indexOf("\n--- ") + 1) + 1;
    const given = {
      record, part: grant.part, audience: "lawyers", grants: [recordFrom(grant)], head: raw(grant.age).slice(0, end),
      body: raw(grant.age).slice(end),
    };
    for (const name of grant.readers) {
      assert.ok((await sealing.openPart({ ...given, chain: chainWithKeys(), key: keyOf(name) })).content.length > 0);
    }
    await assert.rejects(sealing.openPart({ ...given, chain: chainOfVectors(), key: keyOf("lawyer-a") }), "altered");
    await assert.rejects(sealing.openPart({ ...given, chain: chainWithKeys(), grants: [], key: keyOf("lawyer-a") }), "altered");
  });
}

test("the receipt is signed by the station", () => {
  const { bytes, sigs, station } = vectors.receipt;
  sealing.verify("testimony/1/receipt", raw(bytes), sigs, station);
  assert.throws(() => sealing.verify("testimony/1/grant", raw(bytes), sigs, station), "signature.bad");
});

test("the withdrawal code derives its key, which signed the withdrawal", async () => {
  const { code, public: publicHex, bytes, sigs } = vectors.withdrawal;
  const [key] = await sealing.withdrawalKeys(code, chainOfVectors().fingerprint);
  assert.same(key.publicHex, publicHex);
  sealing.verify("testimony/1/withdraw", raw(bytes), sigs, [{ alg: "ed25519", pub: publicHex }]);
  const built = sealing.buildWithdrawal({ tid: "00112233445566778899aabbccddeeff", scope: "all", day: "2026-12-24", seed: key.seed });
  assert.same(built.bytes, raw(bytes));
  assert.same(built.sigs, sigs);
});

test("a log's roots and proofs hold, and no other position or size does", () => {
  const { leaves, roots, inclusion, consistency } = vectors.merkle;
  const [leaf, root] = [leaves.map((hex) => fromHex(hex)), roots.map((hex) => fromHex(hex))];
  root.forEach((expected, size) => assert.same(sealing.treeRoot(leaf.slice(0, size)), expected));
  for (const [index, size, proof] of inclusion) {
    const path = proof.map((hex) => fromHex(hex));
    assert.ok(sealing.verifyInclusion(index, size, leaf[index], path, root[size]), `${index} of ${size}`);
    for (let other = 0; other < size; other += 1) {
      if (other !== index) assert.ok(!sealing.verifyInclusion(other, size, leaf[index], path, root[size]), `${other} of ${size}`);
    }
    assert.ok(!sealing.verifyInclusion(index, size, leaf[index], [...path, leaf[0]], root[size]));
    assert.ok(path.length === 0 || !sealing.verifyInclusion(index, size, leaf[index], path.slice(1), root[size]));
  }
  for (const [older, newer, proof] of consistency) {
    const path = proof.map((hex) => fromHex(hex));
    assert.ok(sealing.verifyConsistency(older, newer, root[older], root[newer], path), `${older} to ${newer}`);
    assert.ok(!sealing.verifyConsistency(older, newer, leaf[3], root[newer], path));
    assert.ok(!sealing.verifyConsistency(older, newer, root[older], leaf[3], path) || newer === 0);
    assert.ok(!sealing.verifyConsistency(older, newer, root[older], root[newer], [...path, leaf[0]]));
  }
});

test("the checkpoint is the log's, and a changed one is nobody's", () => {
  const { checkpoint, vkey, roots } = vectors.merkle;
  const [origin, , encoded] = vkey.split("+").length === 3 ? vkey.split("+") : [vkey.split("+")[0], "", vkey.slice(vkey.indexOf("+", vkey.indexOf("+") + 1) + 1)];
  const key = { alg: "ed25519", pub: toHex(raw(encoded).slice(1)) };
  const { size, root } = sealing.verifyCheckpoint(checkpoint, origin, key);
  assert.same([size, toHex(root)], [8, roots[8]]);
  for (const changed of [checkpoint.replace("\n8\n", "\n9\n"), checkpoint.replace("Xcna", "Xcnb"), checkpoint.slice(0, -5), `${checkpoint}x`]) {
    assert.throws(() => sealing.verifyCheckpoint(changed, origin, key), "signature.bad");
  }
  assert.throws(() => sealing.verifyCheckpoint(checkpoint, "example.org/other", key), "signature.bad");
});

test("a draft's keys, wrapped root and snapshot are the vectors'", async () => {
  const draft = vectors.draft;
  const salt = fromHex(draft.argon2id.salt);
  const stretched = await sealing.argon2id(draft.passphrase, salt);
  assert.same(toHex(stretched), draft.argon2_out);
  const kek = await sealing.kekOf(stretched, fromHex(draft.node_share), salt);
  assert.same(toHex(kek), draft.kek);
  const wrapped = await sealing.wrapRoot(fromHex(draft.draft_root), kek, fromHex(draft.wrap_nonce));
  assert.same(toHex(wrapped), draft.wrap_nonce + draft.wrapped);
  assert.same(toHex(await sealing.unwrapRoot(wrapped, kek)), draft.draft_root);
  assert.same(toHex(derive(fromHex(draft.draft_root), fromHex(draft.draft_id), utf8("testimony/1/draft"))), draft.record_key);
  const snapshot = await sealing.sealSnapshot(fromHex(draft.draft_root), draft.draft_id, draft.seq, { a: 1 }, fromHex(draft.snap_nonce));
  assert.same(snapshot.length, 12 + draft.snap_len + 16);
  assert.same(sealing.sha256Hex(snapshot.slice(12)), draft.snap_ct_sha256);
});

test("the decoys of version 2 have the keys of the vectors", async () => {
  for (const { decoys, kid } of JSON.parse(await readText("tests/vectors/decoys.json")).keys) {
    assert.same(kidOf({ alg: "mlkem768x25519", pub: toHex(decoyOf(fromHex(decoys)).raw) }), kid);
  }
});

const later = JSON.parse(await readText("tests/vectors/testimony-2.json"));

test("version 2: manifests say until when", () => {
  for (const value of later.manifests) {
    const manifest = sealing.verifyManifest(recordFrom(value), chainOfVectors());
    assert.same([manifest.v, manifest.keep_until], ["testimony/2/manifest", value.keep_until]);
  }
});

test("version 2: what lawyers and stations say of keeping has its form and its signature", () => {
  const { keys } = chainWithKeys().signer(sealing.kidOf(vectors.signers["lawyer-a sig"].public[0]));
  for (const [kind, values] of [["keep", later.keeps], ["shredded", later.shredded]]) {
    for (const value of values) {
      const record = recordFrom(value);
      assert.ok(isFormed(valueOf(record), kind), kind);
      verifyRecord(record, kind, keys);
      assert.throws(() => verifyRecord(record, "receipt", keys), "signature.bad");
    }
  }
});
