/** Sealing and opening with a small organisation of our own: what every reader can rely on. */

import * as sealing from "../../../testimony/web/static/js/sealing/index.js";
import { openHead, rewrapped, sealHead, newFileKey } from "../../../testimony/web/static/js/sealing/age/age.js";
import { openBody, sealBody } from "../../../testimony/web/static/js/sealing/age/stream.js";
import { randomBytes, utf8 } from "../../../testimony/web/static/js/sealing/base/bytes.js";
import { digestHex, sha256Hex } from "../../../testimony/web/static/js/sealing/base/hashes.js";
import { implementations as mlkem, isPublicKey, publicOfSeed, randomPublicKey } from "../../../testimony/web/static/js/sealing/age/mlkem.js";
import { implementations } from "../../../testimony/web/static/js/sealing/age/x25519.js";
import { chain, contentsOf, keys, sealed, sealingOf, seedOf } from "./support/organisation.mjs";
import { assert, test } from "./support/harness.mjs";

const pinned = chain();
const ALL = ["coded", "consent", "identity", "incident", "narrative", "provenance"];

const openedBy = ({ record, parts }, part, audience, key, more = {}) => {
  const { heads, body } = parts.find((candidate) => candidate.part === part);
  return sealing.openPart({ record, part, audience, head: heads[audience], body, key, chain: pinned, ...more });
};

const stanzas = (head) => new TextDecoder().decode(head).split("\n").filter((line) => line.startsWith("-> ")).length;

test("each audience opens what was sealed to it, and no more", async () => {
  const testimony = await sealed(pinned);
  const contents = contentsOf();
  for (const part of ALL.slice(0, -1)) {
    for (const [name, audience] of [["lawyer-a", "lawyers"], ["lawyer-b", "lawyers"], ["recovery", "recovery"]]) {
      assert.same((await openedBy(testimony, part, audience, keys[name])).content, contents[part].bytes);
    }
  }
  assert.same((await openedBy(testimony, "coded", "coordinators", keys.coordinator)).content, contents.coded.bytes);
  await assert.rejects(openedBy(testimony, "incident", "lawyers", keys.coordinator), "not_for_you");
  assert.same(Object.keys(testimony.parts.find(({ part }) => part === "identity").heads), ["lawyers", "recovery"]);
});

test("absence leaks nothing: every compartment is there, and every head is full, whoever reads", async () => {
  const silent = await sealed(pinned, { contents: {}, readers: {} });
  assert.same(silent.parts.map(({ part }) => part), ALL);
  for (const { heads, body } of silent.parts) {
    assert.same(body.length, 4128);
    for (const [audience, head] of Object.entries(heads)) {
      assert.same(stanzas(head), pinned.latest.slots[audience]);
      for (const key of Object.values(keys)) await assert.rejects(openHead(head, key), "not_for_you");
    }
  }
  const full = await sealed(pinned, { contents: {} });
  const lengths = ({ parts }) => parts.map(({ heads }) => Object.values(heads).map((head) => head.length));
  assert.same(lengths(full), lengths(silent));
});

test("no two seals of the same words share a byte string", async () => {
  const [one, other] = [await sealed(pinned), await sealed(pinned)];
  const names = (testimony) => testimony.parts.flatMap(({ commit, heads, body }) => [commit, ...Object.values(heads).map(sha256Hex), sha256Hex(body)]);
  const all = [...names(one), ...names(other)];
  assert.same(new Set(all).size, all.length);
});

test("the reader's place among the slots is drawn, not fixed", async () => {
  const fileKey = newFileKey();
  const recipient = keys["lawyer-a"].recipient;
  const places = new Set();
  for (let i = 0; i < 40 && places.size < 3; i += 1) {
    const head = new TextDecoder().decode(await sealHead(fileKey, [recipient], 3));
    const lines = head.split("\n");
    for (let place = 0; place < 3; place += 1) {
      const only = utf8([lines[0], lines[1 + 2 * place], lines[2 + 2 * place], lines.at(-2), ""].join("\n"));
      // a head of one stanza: opens as far as the MAC where the stanza is the reader's
      const code = await openHead(only, keys["lawyer-a"]).then(() => "opened", (error) => error.code);
      if (code === "altered") places.add(place);
    }
  }
  assert.same(places.size, 3);
});

test("more readers than slots, oversize parts and unknown parts are not sealed", async () => {
  await assert.rejects(sealed(pinned, { slots: { coordinators: 2, lawyers: 1, recovery: 1 } }), "seal.slots");
  const large = { type: "text/plain", bytes: new Uint8Array(258_048) };
  await assert.rejects(sealed(pinned, { contents: { ...contentsOf(), narrative: large } }), "seal.size");
  await assert.rejects(sealed(pinned, { contents: { ...contentsOf(), notes: large } }), "seal.part");
});

test("only post-quantum recipients are sealed to", () => {
  for (const text of ["age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj", "age1pq1qqqq", "", null, "AGE1PQ1", keys.recovery.recipient.text.replace("age1pq1", "age1qq1"), `${keys.recovery.recipient.text.slice(0, -1)}q`]) {
    assert.throws(() => sealing.parseRecipient(text), "seal.recipient");
  }
});

test("a piece of media is sealed beside the rest and opens whole, as large as a frame carries", async () => {
  const bytes = new Uint8Array(257_000).map((_, i) => (i * 2654435761) >>> 24);
  const testimony = await sealed(pinned, { contents: { ...contentsOf(), "media-001": { type: "audio/webm", bytes } } });
  const opened = await openedBy(testimony, "media-001", "lawyers", keys["lawyer-b"]);
  assert.same([sha256Hex(opened.content), opened.header.type], [sha256Hex(bytes), "audio/webm"]);
  assert.same(await digestHex(bytes), sha256Hex(bytes));
  const larger = { type: "audio/webm", bytes: new Uint8Array(258_048) };
  await assert.rejects(sealed(pinned, { contents: { ...contentsOf(), "media-001": larger } }), "seal.size");
});

test("pieces of media stand in the manifest without a gap, and at most 640", async () => {
  const { record } = await sealed(pinned, { contents: { ...contentsOf(), "media-001": { type: "audio/webm", bytes: Uint8Array.of(1) } } });
  const value = JSON.parse(new TextDecoder().decode(record.bytes));
  const piece = value.parts.find(({ part }) => part === "media-001");
  const anyName = () => sealing.toHex(randomBytes(32));
  /** Signed as a phone would that names so many pieces: to seal them all would show no more. */
  const withPieces = (numbers) => {
    const pieces = numbers.map((n) => ({
      ...piece, part: `media-${String(n).padStart(3, "0")}`, commit: anyName(), body: anyName(),
      heads: Object.fromEntries(Object.keys(piece.heads).map((audience) => [audience, anyName()])),
    }));
    const parts = [...value.parts.filter((one) => one !== piece), ...pieces].sort((one, other) => (one.part < other.part ? -1 : 1));
    const bytes = sealing.encodeCanonical({ ...value, parts });
    return { bytes, sigs: sealing.sign(value.v, bytes, seedOf("phone-1")), id: sha256Hex(bytes) };
  };
  const upTo = (last) => Array.from({ length: last }, (_, i) => i + 1);
  for (const numbers of [upTo(2), upTo(640)]) {
    const entries = sealing.verifyManifest(withPieces(numbers), pinned).parts;
    assert.same(entries.filter(({ part }) => part.startsWith("media-")).length, numbers.length);
  }
  for (const numbers of [[2], [1, 3], upTo(641)]) {
    assert.throws(() => sealing.verifyManifest(withPieces(numbers), pinned), "altered");
  }
});

test("media that come in slices are sealed a piece at a time, and signed for with the rest", async () => {
  const staged = await sealing.beginSealing(sealingOf(pinned));
  const kept = [];
  const cutter = sealing.cutterOf(async (part, content) => kept.push(await staged.piece(part, content)));
  cutter.begin({ kind: "voice", type: "audio/webm" });
  for (let n = 0; n < 60; n += 1) await cutter.add(new Uint8Array(6_000).fill(n));
  await cutter.end(119.2);
  await cutter.list();
  const { record, parts } = await staged.finish();
  const whole = { record, parts: [...parts, ...kept] };
  const list = JSON.parse(new TextDecoder().decode((await openedBy(whole, "media-001", "lawyers", keys["lawyer-a"])).content));
  assert.same(list, { items: [{ first: 2, kind: "voice", len: 360_000, pieces: 2, seconds: 120, type: "audio/webm" }], v: "testimony/1/media" });
  const bytes = [await openedBy(whole, "media-002", "lawyers", keys["lawyer-b"]), await openedBy(whole, "media-003", "recovery", keys.recovery)];
  assert.same(bytes.map(({ content }) => content.length), [257_000, 103_000]);
  const { content } = await openedBy(whole, "provenance", "lawyers", keys["lawyer-a"]);
  assert.same(sealing.verifyAttestation(content, sealing.verifyManifest(record, pinned), pinned).personId, "interviewer-1");
});

test("bodies of every awkward length open again, and their chunks cannot be cut or joined", async () => {
  const fileKey = newFileKey();
  for (const length of [0, 1, 65535, 65536, 65537, 131072, 131073]) {
    const plaintext = new Uint8Array(length).map((_, i) => i);
    const body = await sealBody(fileKey, plaintext);
    assert.same(sha256Hex(await openBody(fileKey, body)), sha256Hex(plaintext), String(length));
    for (const cut of [1, 16, 17]) await assert.rejects(openBody(fileKey, body.subarray(0, body.length - cut)), "altered", `${length} - ${cut}`);
  }
  const two = await sealBody(fileKey, new Uint8Array(131072));
  await assert.rejects(openBody(fileKey, two.subarray(0, 16 + 65552)), "altered");
  const doubled = new Uint8Array(two.length + 16);
  doubled.set(two);
  await assert.rejects(openBody(fileKey, doubled), "altered");
});

test("the attestation names the interviewer, inside, and only there", async () => {
  const testimony = await sealed(pinned);
  const { content } = await openedBy(testimony, "provenance", "lawyers", keys["lawyer-a"]);
  const manifest = sealing.verifyManifest(testimony.record, pinned);
  assert.same(sealing.verifyAttestation(content, manifest, pinned), { personId: "interviewer-1", at: "2026-11-24T10:00:00Z" });
  const other = await sealed(pinned);
  assert.throws(() => sealing.verifyAttestation(content, sealing.verifyManifest(other.record, pinned), pinned), "altered");
  const otherWords = manifest.parts.map((entry) => (entry.part === "identity" ? { ...entry, commit: "00".repeat(32) } : entry));
  for (const parts of [otherWords, manifest.parts.slice(1)]) {
    assert.throws(() => sealing.verifyAttestation(content, { ...manifest, parts }, pinned), "altered");
  }
  const byAnother = await sealed(pinned, { interviewerSeed: seedOf("lawyer-a sig") });
  const foreign = await openedBy(byAnother, "provenance", "lawyers", keys["lawyer-a"]);
  assert.throws(() => sealing.verifyAttestation(foreign.content, sealing.verifyManifest(byAnother.record, pinned), pinned), "altered");
  const clear = new TextDecoder().decode(testimony.record.bytes);
  assert.ok(!clear.includes(sealing.kidOf(sealing.publicKeyOf(seedOf("interviewer-1")))));
});

test("a grant adds a head and leaves body and other heads as they are", async () => {
  const testimony = await sealed(pinned);
  const { heads, body } = testimony.parts.find(({ part }) => part === "identity");
  const head = await rewrapped(heads.lawyers, keys["lawyer-a"], [keys.stranger.recipient], 4);
  const grantBy = (name, more = {}) => {
    const seed = seedOf(`${name} sig`);
    const value = { v: "testimony/1/grant", manifest: testimony.record.id, part: "identity", head: sha256Hex(head), by: sealing.kidOf(sealing.publicKeyOf(seed)), day: "2026-12-01", ...more };
    const bytes = sealing.encodeCanonical(value);
    return { bytes, sigs: sealing.sign(value.v, bytes, seed) };
  };
  const opened = (grants, key = keys.stranger) => sealing.openPart({ record: testimony.record, part: "identity", audience: null, head, body, key, chain: pinned, grants });
  assert.same((await opened([grantBy("lawyer-a")])).content, contentsOf().identity.bytes);
  await assert.rejects(opened([grantBy("lawyer-a")], keys.recovery), "not_for_you");
  for (const grants of [[], [grantBy("coordinator")], [grantBy("lawyer-a", { part: "incident" })], [grantBy("lawyer-a", { manifest: sha256Hex(head) })], [{ ...grantBy("lawyer-a"), sigs: grantBy("lawyer-b").sigs }]]) {
    await assert.rejects(opened(grants), "altered");
  }
});

test("native and portable X25519 agree", async () => {
  const { native, portable } = implementations;
  const [mine, theirs] = [await portable.ephemeral(), await portable.ephemeral()];
  const shared = await portable.shared(mine.privateKey, theirs.publicBytes);
  const handles = [await native.privateKey(mine.privateKey), await native.publicKey(theirs.publicBytes)];
  assert.same(await native.shared(...handles), shared);
});

test("native and portable ML-KEM agree, where there is a native one", async () => {
  const seed = randomBytes(64);
  const publicKey = publicOfSeed(seed);
  const implementations = Object.values(mlkem).filter(({ present }) => present);
  for (const sealing of implementations) {
    const { ciphertext, secret } = await (await sealing.sealer(publicKey))();
    for (const opening of implementations) {
      const open = await opening.opener(seed);
      assert.same(await open(ciphertext), secret);
      const changed = ciphertext.slice();
      changed[100] ^= 1;
      assert.same(await open(changed), await (await mlkem.portable.opener(seed))(changed), "implicit rejection");
    }
  }
});

test("a decoy's key is a key like others: every coefficient below q, and it can be sealed to", async () => {
  for (let i = 0; i < 20; i += 1) {
    const key = randomPublicKey();
    assert.ok(isPublicKey(key));
    for (const { present, sealer } of Object.values(mlkem)) {
      if (present) assert.same((await (await sealer(key))()).ciphertext.length, 1088);
    }
  }
  const bad = randomPublicKey();
  bad.set([0x01, 0x0d], 0); // the first coefficient is q itself
  assert.ok(!isPublicKey(bad));
});
