/** A small organisation made of fixed seeds, for tests only: roots, rosters, readers, a device, an interviewer. */

import {
  encodeCanonical, fromHex, openingKey, publicKeyOf, RosterChain, sealTestimony, sha256Hex, sign,
} from "../../../../testimony/web/static/js/sealing/index.js";
import { labelled, toHex, utf8 } from "../../../../testimony/web/static/js/sealing/base/bytes.js";
import { sha256 } from "../../../../testimony/web/static/js/sealing/base/hashes.js";
import { kidOf, mldsaSeed } from "../../../../testimony/web/static/js/sealing/records/signatures.js";
import { ml_dsa65 } from "../../../../testimony/web/static/vendor/noble-2/noble.js";

export const seedOf = (name) => sha256(utf8(`test organisation: ${name}`));

const rootKeys = (seed) => [publicKeyOf(seed), { alg: "ml-dsa-65", pub: toHex(ml_dsa65.keygen(mldsaSeed(seed)).publicKey) }];

export const rootSigner = (name) => {
  const seed = seedOf(name);
  return { seed: toHex(seed), public: rootKeys(seed) };
};

/** A root's signature with all its keys, from {seed (hex), public}. */
const rootSignature = (label, bytes, { seed: hex, public: [, mldsa] }) => {
  const seed = fromHex(hex);
  const { secretKey } = ml_dsa65.keygen(mldsaSeed(seed));
  const sig = toHex(ml_dsa65.sign(labelled(label, bytes), secretKey));
  return [...sign(label, bytes, seed), { alg: "ml-dsa-65", kid: kidOf(mldsa), sig }];
};

export const signedByRoots = (value, signers) => {
  const bytes = encodeCanonical(value);
  return { bytes, sigs: signers.map((signer) => rootSignature(value.v, bytes, signer)), id: sha256Hex(bytes) };
};

export const roots = ["root-1", "root-2", "root-3"].map(rootSigner);

export const rootBytes = encodeCanonical({ v: "testimony/1/root", no: 1, threshold: 2, keys: roots.map((root) => root.public) });

export const keys = Object.fromEntries(["coordinator", "lawyer-a", "lawyer-b", "recovery", "stranger"].map((name) => [name, openingKey(seedOf(name))]));

const person = (id, role, more = {}) => ({ id, role, status: "active", ...more });

const reader = (id, role) => person(id, role, { age: keys[id].recipient.text, keys: [publicKeyOf(seedOf(`${id} sig`))] });

const device = (id, kind) => ({ id, kind, status: "active", keys: [publicKeyOf(seedOf(id))] });

const FOR_ALL = ["coordinators", "lawyers", "recovery"];
const FOR_LAWYERS = ["lawyers", "recovery"];

export const rosterValue = {
  v: "testimony/1/roster", no: 1, prev: null, issued: "2026-11-20", expires: "2027-02-20",
  slots: { coordinators: 2, lawyers: 4, recovery: 1 },
  policy: {
    coded: FOR_ALL, consent: FOR_ALL, identity: FOR_LAWYERS, incident: FOR_LAWYERS, media: FOR_LAWYERS,
    narrative: FOR_LAWYERS, provenance: FOR_LAWYERS,
  },
  people: [
    reader("coordinator", "coordinator"), reader("lawyer-a", "lawyer"), reader("lawyer-b", "lawyer"), reader("recovery", "recovery"),
    person("interviewer-1", "interviewer", { keys: [publicKeyOf(seedOf("interviewer-1"))] }),
  ],
  devices: [device("phone-1", "phone"), device("node-1", "node"), device("central", "central")],
};

export const rosterRecord = signedByRoots(rosterValue, roots.slice(0, 2));

export const chain = () => new RosterChain(rootBytes, [rosterRecord]);

const PARTS = ["coded", "consent", "identity", "incident", "narrative", "provenance"];

/** Readers of every part: all whom the policy allows. */
export const readersOf = (pinned, parts = [...PARTS, "media"]) =>
  Object.fromEntries(parts.map((part) => [
    part, Object.fromEntries(pinned.latest.ceiling(part).map((audience) => [audience, pinned.recipients(audience)])),
  ]));

export const contentsOf = (size = 2500) => Object.fromEntries(PARTS.map((part) => [
  part, { type: "application/json", bytes: encodeCanonical(part === "provenance" ? { note: "x".repeat(size) } : { [part]: "x".repeat(size) }) },
]));

/** What `sealTestimony` is given; `more` overrides. */
export const sealingOf = (pinned, more = {}) => ({
  contents: contentsOf(), readers: readersOf(pinned), slots: pinned.latest.slots, rosterSha256: pinned.latest.sha256,
  rosterNo: pinned.latest.no, deviceSeed: seedOf("phone-1"), interviewerSeed: seedOf("interviewer-1"), day: "2026-11-24",
  at: "2026-11-24T10:00:00Z", form: "camp-interview@1", formSha256: sha256Hex(utf8("form")), withdraw: null, ...more,
});

export const sealed = (pinned, more) => sealTestimony(sealingOf(pinned, more));
