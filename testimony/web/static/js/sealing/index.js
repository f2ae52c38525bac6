/**
 * The browser twin of format testimony/1 as one module, for programs that read and verify too. A phone imports the few modules
 * that it needs instead, and keeps no other. DOM-free; runs in Chromium, in workers and in Node >= 20. Bytes are Uint8Array, names and seeds' public halves lower-case hex.
 *
 * A *record* is {bytes: Uint8Array, sigs: Array, id: hex}; a *recipient* is an `age1pq1…` string or what
 * `parseRecipient` made of it (parse once, seal often). Functions marked `async` below return promises, the rest are
 * synchronous. Secrets are never part of an error message.
 *
 * | call | gives |
 * |---|---|
 * | `async sealTestimony({contents: {part: {type, bytes}}, readers: {part: {audience: [recipient]}}, slots, rosterSha256, rosterNo, deviceSeed, interviewerSeed, day, at, form, formSha256, withdraw, tid?})` | `{record, parts: [{part, commit, heads: {audience: Uint8Array}, body: Uint8Array}]}`; `contents.provenance.bytes` is a canonical JSON object without `attest` and `sigs`, which are added here; absent compartments are sealed as `{}` |
 * | `async beginSealing(…)`, `cutterOf(seal)` | the same in stages, with media that are cut into pieces as they come: see seal.js, sealing/testimony/media.js |
 * | `async sealAnnex(bytes, {tid, day, roster, audiences: {audience: {recipients, slots}}, seed})` | `{record, part}`, see sealing/testimony/annex.js |
 * | `async openPart({record, part, audience, head, body, key, chain, grants?})` | `{header, line, content}` or throws `CannotOpen` whose `code` is altered, not_for_you, newer_version or incomplete; `key` is `openingKey(...)` |
 * | `verifyManifest(record, chain)` | the manifest as an object, or throws `CannotOpen` |
 * | `verifyAttestation(provenanceBytes, manifest, chain)` | `{personId, at}` |
 * | `new RosterChain(rootBytes, rosterRecords)` | `.latest .rosters .root .fingerprint .records .add(record) .bySha256(hex) .signer(kid) .wasActive(kid) .recipients(audience) .readers(audience)`; a roster has `.no .sha256 .slots .value .organisation .ceiling(part) .expired(day)` and the same; throws `RosterRefused` whose `reason` is older, signature, chain, slots, structure, organisation, roles, policy or foreign |
 * | `verifyReceipt(receiptRecord, {recordId, parts: [hex], chain})` | nothing, or throws `ReceiptRefused`: by whom no station of the roster is, for another record, for fewer objects, not durable |
 * | `verifyGrant(grantRecord, chain)` | the grant as an object |
 * | `async lock({interviewer, device}, passphrase, {person, device})`, `async unlock(locked, passphrase)` | the locked seeds' JSON object; `{interviewer, device}` (Uint8Array 32 each), or throws `PassphraseWrong` |
 * | `sign(label, bytes, seed)`, `verify(label, bytes, sigs, keys)` | `[{alg, kid, sig}]`; nothing, or throws `SignatureBad` |
 * | `publicKeyOf(seed)`, `kidOf(key)` | `{alg: "ed25519", pub}`; 16 hex |
 * | `encodeSigned({bytes, sigs})`, `decodeSigned(bytes)` | the `{"record","sigs"}` envelope as bytes; a record |
 * | `async newWithdrawalCode(rootFingerprint)`, `async withdrawalKeys(code, rootFingerprint)`, `isWithdrawalCode(digits)` | `{code, publicHex, further}`, 25 digits; `[{seed, publicHex, kid}]`; boolean (Damm digit holds) |
 * | `buildWithdrawal({tid, scope, day, seed})` | a signed record of kind withdraw |
 * | `buildEarlyWithdrawal({day, seed, number})` | the same where no testimony of the code is known: kind withdraw-early |
 * | `newDraftRoot()`, `async argon2id(passphrase, salt)`, `async kekOf(argon2out, share, salt)`, `async wrapRoot(root, kek)`, `async unwrapRoot(wrapped, kek)`, `async sealSnapshot(root, draftId, seq, value)`, `async openSnapshot(root, draftId, seq, bytes)`, `async sealNote(argon2out, salt, draftId, value)`, `async openNote(…)` | see sealing/keys/draft_cipher.js |
 * | `async stretch(locked, passphrase)`, `async unlockWith(locked, stretched)` | `unlock` in two steps |
 * | `async sealShare(share, recipient)` | see sealing/keys/draft_share.js |
 * | `encodeCanonical(value)`, `decodeCanonical(bytes)`, `sha256Hex(bytes)`, `toHex`, `fromHex`, `randomBytes(n)` | |
 * | `leafHash`, `treeRoot`, `verifyInclusion`, `verifyConsistency`, `verifyCheckpoint` | see sealing/log/merkle.js, sealing/log/checkpoint.js |
 */

export { toHex, fromHex, randomBytes } from "./base/bytes.js";
export { encodeCanonical, decodeCanonical } from "./base/jcs.js";
export { sha256Hex } from "./base/hashes.js";
export { CannotOpen, CannotSeal, NotCanonical, PassphraseWrong, ReceiptRefused, RosterRefused, SignatureBad } from "./base/errors.js";
export { openingKey, parseRecipient } from "./age/recipients.js";
export { kidOf, publicKeyOf, sign, verify } from "./records/signatures.js";
export { decodeSigned, encodeSigned } from "./records/records.js";
export { RosterChain } from "./roster/chain.js";
export { beginSealing, sealTestimony } from "./testimony/seal.js";
export { sealAnnex } from "./testimony/annex.js";
export { cutterOf } from "./testimony/media.js";
export { openPart, verifyGrant } from "./testimony/open.js";
export { verifyManifest } from "./parts/manifest.js";
export { verifyAttestation } from "./testimony/attestation.js";
export { verifyReceipt } from "./statements/statements.js";
export { buildEarlyWithdrawal, buildWithdrawal, isWithdrawalCode, newWithdrawalCode, withdrawalKeys } from "./keys/withdrawal_code.js";
export { argon2id } from "./keys/argon2.js";
export { lock, stretch, unlock, unlockWith } from "./keys/locked_seeds.js";
export { kekOf, newDraftRoot, openNote, openSnapshot, sealNote, sealSnapshot, unwrapRoot, wrapRoot } from "./keys/draft_cipher.js";
export { sealShare } from "./keys/draft_share.js";
export { leafHash, treeRoot, verifyConsistency, verifyInclusion } from "./log/merkle.js";
export { verifyCheckpoint } from "./log/checkpoint.js";
