/** Sealing a whole testimony: consent first, the other parts bound to it, the attestation, the signed manifest. */

import { ALWAYS, audiencesOf, isMedia } from "../parts/audiences.js";
import { holds } from "../records/forms.js";
import { attested } from "./attestation.js";
import { randomBytes, toHex, utf8 } from "../base/bytes.js";
import { decodeObject, encodeCanonical } from "../base/jcs.js";
import { decoyKey } from "../age/recipients.js";
import { SECRET_BYTES, decoyOf } from "../parts/decoys.js";
import { described, sealPart } from "../parts/part.js";
import { CannotSeal } from "../base/errors.js";
import { kidOf, publicKeyOf } from "../records/signatures.js";
import { signedBy } from "../records/records.js";

const JSON_TYPE = "application/json";
const REV = 1;

/** Every compartment is there, so that absence says nothing; `media-…` besides. */
const complete = (contents) => {
  if (!Object.keys(contents).every((part) => holds("part-name", part))) throw new CannotSeal("part");
  const empty = ALWAYS.map((part) => [part, { type: JSON_TYPE, bytes: utf8("{}") }]);
  return { ...Object.fromEntries(empty), ...contents };
};

/** A sealer of single parts for this testimony: `(part, content, consent) => sealed part`. */
const sealerFor = ({ readers, slots, formSha256, rosterSha256, tid, version = 1 }) => {
  const nobody = version === 1 ? decoyKey() : null; // one throw-away key a testimony: its private half never existed
  return (part, content, consent) => {
    const allowed = readers[part] ?? (isMedia(part) ? readers.media : null) ?? {};
    const given = audiencesOf(part).map((name) => [name, { recipients: allowed[name] ?? [], slots: slots[name] }]);
    const decoys = version === 1 ? null : randomBytes(SECRET_BYTES);
    const binding = { tid, rev: REV, consent, form_sha256: formSha256, roster: rosterSha256, ...(decoys && { decoys: toHex(decoys) }) };
    return sealPart(part, content, { binding, audiences: Object.fromEntries(given), decoy: decoys ? decoyOf(decoys) : nobody });
  };
};

const withAttestation = ({ type, bytes }, sealed, { tid, at, interviewerSeed }) => {
  const commits = Object.fromEntries(sealed.map(({ part, commit }) => [part, commit]));
  const attestation = attested({ tid, rev: REV, at, commits }, interviewerSeed);
  return { type, bytes: encodeCanonical({ ...decodeObject(bytes), ...attestation }) };
};

const ascending = (a, b) => (a.part < b.part ? -1 : 1);

const manifestOf = (parts, { tid, day, form, formSha256, rosterSha256, rosterNo, deviceSeed, withdraw, version = 1, keepUntil = null }) => ({
  v: `testimony/${version}/manifest`,
  tid,
  rev: REV,
  prev: null,
  day,
  form,
  form_sha256: formSha256,
  roster: rosterSha256,
  roster_no: rosterNo,
  by: kidOf(publicKeyOf(deviceSeed)),
  withdraw: withdraw ?? null,
  parts,
  ...(version === 1 ? {} : { keep_until: keepUntil }),
});

/**
 * Seal a testimony in stages, for media that nobody holds in memory as a whole: {piece, finish}. What is given is that of
 * `sealTestimony`. `async piece(part, content)` seals one piece of media and gives {part, commit, heads, body, entry}, of which only
 * the entry is held here; `async finish()` seals the text and gives {record, parts}, `parts` without the pieces.
 *
 * @param {Record<string, any>} given
 */
export const beginSealing = async ({ contents, tid = toHex(randomBytes(16)), ...rest }) => {
  /** @type {any} */
  const options = { ...rest, tid };
  const { consent, provenance, ...others } = complete(contents);
  const seal = sealerFor(options);
  const sealedConsent = await seal("consent", consent, null);
  const pieces = [];
  const piece = async (part, content) => {
    const sealed = await seal(part, content, sealedConsent.commit);
    const entry = await described(sealed);
    pieces.push(entry);
    return { ...sealed, entry };
  };
  const finish = async () => {
    const bound = Object.entries(others).map(([part, content]) => seal(part, content, sealedConsent.commit));
    const sealed = [sealedConsent, ...(await Promise.all(bound))];
    sealed.push(await seal("provenance", withAttestation(provenance, [...sealed, ...pieces], options), sealedConsent.commit));
    const parts = sealed.sort(ascending);
    const entries = [...(await Promise.all(parts.map(described))), ...pieces].sort(ascending);
    return { record: signedBy(manifestOf(entries, options), options.deviceSeed), parts };
  };
  return { piece, finish };
};

/**
 * Seal `contents` {part: {type, bytes}} and sign the manifest: {record, parts: [{part, commit, heads, body}]}.
 *
 * `readers` {part: {audience: [recipient]}}: an audience that is not named gets a head of decoys alone; media parts
 * that are not named use `readers.media`. Provenance must
 * be canonical JSON without `attest` and `sigs`. `day` is a date, `at` an RFC 3339 time that only provenance holds,
 * `withdraw` the public half of the withdrawal code (64 hex) or null. `version` (1) is the manifest's; from 2 on it says
 * `keepUntil`: a month, null without an end. Throws `CannotSeal`.
 */
export const sealTestimony = async (given) => (await beginSealing(given)).finish();
