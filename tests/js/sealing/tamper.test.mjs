/** The tamper matrix: whatever is changed, by whomever, opening says one of four codes and gives nothing. */

import * as sealing from "../../../testimony/web/static/js/sealing/index.js";
import { newFileKey, sealHead } from "../../../testimony/web/static/js/sealing/age/age.js";
import { sealBody } from "../../../testimony/web/static/js/sealing/age/stream.js";
import { concat, toBase64NoPad, utf8 } from "../../../testimony/web/static/js/sealing/base/bytes.js";
import { derive, hmacSha256, sha256Hex } from "../../../testimony/web/static/js/sealing/base/hashes.js";
import { commitment, padme } from "../../../testimony/web/static/js/sealing/parts/part.js";
import { chain, keys, roots, rosterRecord, rosterValue, sealed, seedOf, signedByRoots } from "./support/organisation.mjs";
import { assert, test } from "./support/harness.mjs";
import { casePart, caseRecord, chainOfVectors, keyOf } from "./support/vectors.mjs";

const pinned = chain();
const testimony = await sealed(pinned);
const other = await sealed(pinned);
const partOf = (name, { parts } = testimony) => parts.find(({ part }) => part === name);
const incident = partOf("incident");
const good = {
  record: testimony.record, part: "incident", audience: "lawyers", head: incident.heads.lawyers, body: incident.body,
  key: keys["lawyer-a"], chain: pinned,
};

const refuses = (change, code = "altered", message = "") => assert.rejects(sealing.openPart({ ...good, ...change }), code, message);

const flipped = (bytes, at, bit) => {
  const changed = bytes.slice();
  changed[at] ^= 1 << bit;
  return changed;
};

/** Every `step`-th place of `bytes`, and its ends. */
const places = (bytes, step) => [...Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) => i * step), bytes.length - 1];

const withBytes = (bytes) => ({ record: { ...testimony.record, bytes, id: sha256Hex(bytes) } });

test("untouched, it opens", async () => {
  assert.ok((await sealing.openPart(good)).content.length > 0);
});

test("every sampled bit flip in head, body and manifest is altered", async () => {
  for (const name of ["head", "body"]) {
    for (const at of places(good[name], 131)) await refuses({ [name]: flipped(good[name], at, at % 8) }, "altered", `${name} ${at}`);
  }
  const { bytes } = testimony.record;
  for (const at of places(bytes, 17)) {
    const changed = flipped(bytes, at, at % 7);
    const version = new TextDecoder().decode(changed).match(/"v":"testimony\/([2-9])\/manifest"/);
    await refuses(withBytes(changed), version ? "newer_version" : "altered", `manifest ${at}`);
  }
});

test("the same over what the vectors sealed, in Python and in the browser", async () => {
  for (const author of ["py", "js"]) {
    const { head, body } = casePart(author, "coded", "coordinators");
    const given = { record: caseRecord(author), part: "coded", audience: "coordinators", head, body, key: keyOf("coordinator"), chain: chainOfVectors() };
    assert.ok(await sealing.openPart(given));
    for (const at of places(head, 401)) await assert.rejects(sealing.openPart({ ...given, head: flipped(head, at, at % 8) }), "altered");
    for (const at of places(body, 401)) await assert.rejects(sealing.openPart({ ...given, body: flipped(body, at, at % 8) }), "altered");
  }
});

test("truncation and extension are altered", async () => {
  const cut = { head: good.head, body: good.body };
  for (const [name, bytes] of Object.entries(cut)) {
    for (const length of [0, 1, 15, 16, 17, bytes.length - 16, bytes.length - 1]) await refuses({ [name]: bytes.slice(0, length) });
    for (const more of [1, 16, 64]) await refuses({ [name]: concat(bytes, new Uint8Array(more)) });
  }
  await refuses(withBytes(testimony.record.bytes.slice(0, -1)));
  await refuses(withBytes(concat(testimony.record.bytes, utf8("\n"))));
});

test("parts, audiences and testimonies cannot be swapped", async () => {
  const identity = partOf("identity");
  const foreign = partOf("incident", other);
  await refuses({ head: identity.heads.lawyers });
  await refuses({ body: identity.body });
  await refuses({ head: identity.heads.lawyers, body: identity.body });
  await refuses({ head: foreign.heads.lawyers, body: foreign.body });
  await refuses({ body: foreign.body });
  await refuses({ head: incident.heads.recovery });
  await refuses({ record: other.record });
  await refuses({ part: "identity" });
  await refuses({ part: "media-001" });
  await refuses({ audience: "coordinators" });
});

test("wrong, missing and extra signatures are altered", async () => {
  const { sigs } = testimony.record;
  const bySomebody = sealing.sign("testimony/1/manifest", testimony.record.bytes, seedOf("node-1"));
  const otherLabel = sealing.sign("testimony/1/grant", testimony.record.bytes, seedOf("phone-1"));
  for (const list of [[], null, [...sigs, ...sigs], [...sigs, ...bySomebody], bySomebody, otherLabel, other.record.sigs, [{ ...sigs[0], kid: bySomebody[0].kid }], [sigs[0].sig]]) {
    await refuses({ record: { ...testimony.record, sigs: list } });
  }
});

/** The manifest's value changed and signed again, as a dishonest device (or somebody else) would. */
const resigned = (change, seed = seedOf("phone-1")) => {
  const value = JSON.parse(new TextDecoder().decode(testimony.record.bytes));
  change(value);
  const bytes = sealing.encodeCanonical(value);
  return { record: { bytes, sigs: sealing.sign("testimony/1/manifest", bytes, seed), id: sha256Hex(bytes) } };
};

const entryOf = (value, name) => value.parts.find(({ part }) => part === name);

test("a dishonest device that signs mismatched parts is found out", async () => {
  const identity = partOf("identity");
  const asIdentity = resigned((value) => Object.assign(entryOf(value, "incident"), { ...entryOf(value, "identity"), part: "incident" }));
  await refuses({ ...asIdentity, head: identity.heads.lawyers, body: identity.body });
  const changes = [
    (value) => { value.tid = "00".repeat(16); },
    (value) => { value.form_sha256 = "00".repeat(32); },
    (value) => { entryOf(value, "incident").commit = "00".repeat(32); },
    (value) => { entryOf(value, "consent").commit = "00".repeat(32); },
    (value) => { entryOf(value, "incident").commit = entryOf(value, "coded").commit; },
  ];
  for (const change of changes) await refuses(resigned(change), "altered", String(change));
  const foreign = partOf("incident", other);
  const withForeign = resigned((value) => {
    Object.assign(entryOf(value, "incident"), { commit: foreign.commit, body: sha256Hex(foreign.body), heads: { lawyers: sha256Hex(foreign.heads.lawyers), recovery: sha256Hex(foreign.heads.recovery) } });
  });
  await refuses({ ...withForeign, head: foreign.heads.lawyers, body: foreign.body });
});

test("a manifest without the form of a manifest is altered, whoever signed it", async () => {
  const changes = [
    (value) => { value.rev = 2; },
    (value) => { value.prev = "00".repeat(32); },
    (value) => { value.more = 1; },
    (value) => { delete value.withdraw; },
    (value) => { value.day = "2026-02-30"; },
    (value) => { value.roster_no = 2; },
    (value) => { value.parts.pop(); },
    (value) => { value.parts.reverse(); },
    (value) => { value.parts.push(value.parts.at(-1)); },
    (value) => { entryOf(value, "incident").len = 16; },
    (value) => { entryOf(value, "incident").heads.coordinators = "00".repeat(32); },
    (value) => { delete entryOf(value, "incident").heads.recovery; },
    (value) => { entryOf(value, "incident").part = "incidental"; },
  ];
  for (const change of changes) await refuses(resigned(change), "altered", String(change));
  for (const name of ["node-1", "interviewer-1", "lawyer-a sig", "stranger"]) {
    const seed = seedOf(name);
    await refuses(resigned((value) => { value.by = sealing.kidOf(sealing.publicKeyOf(seed)); }, seed), "altered", name);
  }
});

/** One part made by hand, so that what is inside can be wrong in one way. */
const crafted = async ({ header = {}, content = utf8("words"), line, pad, head: madeHead } = {}) => {
  const value = JSON.parse(new TextDecoder().decode(testimony.record.bytes));
  const whole = {
    v: "testimony/1/part", tid: value.tid, rev: 1, part: "incident", type: "application/json", len: content.length,
    sha256: sha256Hex(content), salt: "00".repeat(32), consent: entryOf(value, "consent").commit, form_sha256: value.form_sha256,
    roster: value.roster, ...header,
  };
  const headerLine = line ? line(whole) : sealing.encodeCanonical(whole);
  const filled = concat(headerLine, Uint8Array.of(10), content);
  const padded = pad ? pad(filled) : concat(filled, new Uint8Array(padme(Math.max(filled.length, 4096)) - filled.length));
  const fileKey = newFileKey();
  const head = madeHead ? await madeHead(fileKey) : await sealHead(fileKey, [keys["lawyer-a"].recipient], 4);
  const body = await sealBody(fileKey, padded);
  const signed = resigned((manifest) => {
    const entry = entryOf(manifest, "incident");
    Object.assign(entry, { commit: commitment(headerLine), body: sha256Hex(body), len: body.length });
    entry.heads.lawyers = sha256Hex(head);
  });
  return { ...signed, head, body };
};

test("a part made by hand opens when all of it is right", async () => {
  assert.same((await sealing.openPart({ ...good, ...(await crafted()) })).content, utf8("words"));
});

test("a header line that is not the manifest's, not canonical or not complete is altered", async () => {
  const wrong = {
    tid: "00".repeat(16), rev: 2, part: "coded", consent: null, form_sha256: "00".repeat(32), roster: "00".repeat(32),
    v: "testimony/3/part", salt: "00", len: 4, sha256: "00".repeat(32), more: 1,
  };
  for (const [name, value] of Object.entries(wrong)) await refuses(await crafted({ header: { [name]: value } }), "altered", name);
  for (const len of [-1, 5.5, "5", true, null, 2 ** 53]) {
    await refuses(await crafted({ line: (header) => utf8(JSON.stringify({ ...header, len })) }), "altered", `len ${len}`);
  }
  await refuses(await crafted({ line: (header) => utf8(JSON.stringify(header)) }));
  await refuses(await crafted({ line: ({ type, ...header }) => sealing.encodeCanonical(header) }));
  await refuses(await crafted({ line: () => utf8("") }));
  await refuses(await crafted({ header: { type: "x".repeat(1100) } }));
});

test("padding that is not zeros, or not exactly Padmé, is altered", async () => {
  const zeros = (filled, size) => concat(filled, new Uint8Array(size - filled.length));
  await refuses(await crafted({ pad: (filled) => concat(zeros(filled, 4095), Uint8Array.of(1)) }));
  await refuses(await crafted({ pad: (filled) => zeros(filled, 4352) }));
  await refuses(await crafted({ pad: (filled) => zeros(filled, 5000) }));
});

const macLine = async (fileKey, authenticated) =>
  utf8(`${authenticated} ${toBase64NoPad(await hmacSha256(derive(fileKey, new Uint8Array(0), utf8("header")), utf8(authenticated)))}\n`);

const headWith = (change) => async (fileKey) => {
  const text = new TextDecoder().decode(await sealHead(fileKey, [keys["lawyer-a"].recipient], 4));
  return macLine(fileKey, change(text.slice(0, text.lastIndexOf("---") + 3)));
};

test("a head with another kind of stanza, a second spelling or a foreign MAC is altered, although signed", async () => {
  const changes = {
    "another stanza": (text) => text.replace("---", `-> X25519 ${"A".repeat(43)}\n${"A".repeat(43)}\n---`),
    "a grease stanza": (text) => text.replace("---", "-> grease x\n\n---"),
    "carriage returns": (text) => text.replaceAll("\n", "\r\n"),
    "spaces": (text) => text.replace("-> mlkem", "->  mlkem"),
    "version": (text) => text.replace("/v1\n", "/v2\n"),
    "no stanza": () => "age-encryption.org/v1\n---",
    "left-over bits": (text) => text.replace(/-> mlkem768x25519 (.{1493})(.)\n/, (_, kept, last) => `-> mlkem768x25519 ${kept}${last === "B" ? "C" : "B"}\n`),
  };
  for (const [name, change] of Object.entries(changes)) await refuses(await crafted({ head: headWith(change) }), "altered", name);
  const foreignMac = async (fileKey) => {
    const text = new TextDecoder().decode(await sealHead(fileKey, [keys["lawyer-a"].recipient], 4));
    return macLine(newFileKey(), text.slice(0, text.lastIndexOf("---") + 3));
  };
  await refuses(await crafted({ head: foreignMac }));
});

test("only an authentic head is not for you; what has not arrived is incomplete; what is newer says so", async () => {
  await refuses({ key: keys.stranger }, "not_for_you");
  await refuses({ key: keys.stranger, head: flipped(good.head, 40, 1) }, "altered");
  await refuses({ key: keys.stranger, body: flipped(good.body, 40, 1) }, "altered");
  await refuses({ head: null }, "incomplete");
  await refuses({ body: null }, "incomplete");
  await refuses({ head: null, body: flipped(good.body, 40, 1) }, "altered");
  await refuses(resigned((value) => { value.v = "testimony/4/manifest"; }), "newer_version");
  await refuses(resigned((value) => { value.v = "testimony/1/receipt"; }), "altered");
});

test("a roster that has not arrived yet is incomplete, an unknown one of a known number is altered", async () => {
  const later = signedByRoots({ ...rosterValue, no: 2, prev: rosterRecord.id }, roots.slice(0, 2));
  const ahead = chain();
  ahead.add(later);
  const made = await sealed(ahead);
  const { heads, body } = partOf("incident", made);
  const given = { ...good, record: made.record, head: heads.lawyers, body };
  assert.ok(await sealing.openPart({ ...given, chain: ahead }));
  await assert.rejects(sealing.openPart({ ...given, chain: pinned }), "incomplete");
  await refuses(resigned((value) => { value.roster = "00".repeat(32); }), "altered");
});

test("a device that is no longer active in the roster that it names cannot seal into it", async () => {
  const devices = rosterValue.devices.map((device) => ({ ...device, status: device.id === "phone-1" ? "revoked" : "active" }));
  const ahead = chain();
  ahead.add(signedByRoots({ ...rosterValue, no: 2, prev: rosterRecord.id, devices }, roots.slice(0, 2)));
  const made = await sealed(ahead);
  const { heads, body } = partOf("incident", made);
  await assert.rejects(sealing.openPart({ ...good, record: made.record, head: heads.lawyers, body, chain: ahead }), "altered");
  assert.ok(await sealing.openPart({ ...good, chain: ahead }), "what it sealed before stays readable");
});
