/**
 * Drafts: AES-256-GCM snapshots under a root key that lives only in memory, wrapped under passphrase and node share.
 *
 *     kek        = HKDF(Argon2id(passphrase) ‖ share, salt, "testimony/1/draft-kek")
 *     wrapped    = nonce ‖ GCM(kek, root, AAD = "testimony/1/draft-root")
 *     record key = HKDF(root, salt = draft id, "testimony/1/draft")
 *     snapshot   = nonce ‖ GCM(record key, JSON ‖ spaces, AAD = L("testimony/1/draft", draft id ‖ seq as uint64))
 *
 *     note       = nonce ‖ GCM(HKDF(Argon2id(passphrase), salt, "testimony/1/draft-note"), JSON ‖ spaces to 256, AAD = L(the same, draft id))
 *     row note   = nonce ‖ GCM(HKDF(Argon2id(passphrase), salt, "testimony/1/outbox-note"), JSON ‖ spaces to 512, AAD = L(the same, entry id))
 *     kept       = nonce ‖ GCM(HKDF(Argon2id(passphrase), salt, "testimony/1/draft-sitting"), share, AAD = L(the same, draft id))
 *
 * HKDF's salt is random for each draft, so that two drafts of one passphrase have nothing in common. The note is what the
 * passphrase alone may open: when the draft was begun, so that the page can name it while its share is out of reach. The kept
 * share is on the phone for one sitting at most, where the organisation wants that: interview/draft/kept_shares.js.
 * A snapshot is padded with spaces to Padmé(max(n, 16384)), so that its length follows neither words nor names. Recordings
 * and pictures stand beside it, under keys of their own: sealing/keys/media_cipher.js.
 */

import { concat, fromHex, labelled, randomBytes, uint64, utf8 } from "../base/bytes.js";
import { openGcm, sealGcm } from "./gcm.js";
import { derive } from "../base/hashes.js";
import { padme } from "../parts/part.js";
import { CannotOpen, PassphraseWrong } from "../base/errors.js";

const SMALLEST = 16384;
const SPACE = 0x20;
const SNAPSHOT = "testimony/1/draft";
const ROOT_LABEL = utf8("testimony/1/draft-root");

export const newDraftRoot = () => randomBytes(32);

/** The key-encrypting key; `share` (32 bytes) is the node's, or empty where the roster does not ask for one. */
export const kekOf = async (argon2out, share, salt) =>
  derive(concat(argon2out, share ?? new Uint8Array(0)), salt, utf8("testimony/1/draft-kek"));

/** nonce ‖ wrapped root (60 bytes). */
export const wrapRoot = async (root, kek, nonce) => sealGcm(kek, root, ROOT_LABEL, nonce);

/** The root. Throws `PassphraseWrong`: by a wrong passphrase, or another node's share. */
export const unwrapRoot = async (wrapped, kek) => {
  const root = await openGcm(kek, wrapped, ROOT_LABEL);
  if (root === null) throw new PassphraseWrong();
  return root;
};

const NOTE = "testimony/1/draft-note";
const NOTE_BYTES = 256;

const noteKey = (argon2out, salt) => derive(argon2out, salt, utf8(NOTE));
const noteBinding = (draftId) => labelled(NOTE, fromHex(draftId, 16));

/** `value`, small, under the passphrase. */
export const sealNote = async (argon2out, salt, draftId, value) => {
  const text = utf8(JSON.stringify(value).padEnd(NOTE_BYTES, " "));
  return sealGcm(noteKey(argon2out, salt), text, noteBinding(draftId));
};

/** The value, or null: another passphrase than the draft's. */
export const openNote = async (argon2out, salt, draftId, sealed) => {
  const text = await openGcm(noteKey(argon2out, salt), sealed, noteBinding(draftId));
  return text === null ? null : JSON.parse(new TextDecoder().decode(text));
};

const SITTING = "testimony/1/draft-sitting";

const sittingKey = (argon2out, salt) => derive(argon2out, salt, utf8(SITTING));
const sittingBinding = (draftId) => labelled(SITTING, fromHex(draftId, 16));

/** The share (32 bytes) under the passphrase: 60 bytes, to be stored for one sitting. */
export const sealKeptShare = async (argon2out, salt, draftId, share) => sealGcm(sittingKey(argon2out, salt), share, sittingBinding(draftId));

/** The share, or null: another passphrase than the draft's, or another draft. */
export const openKeptShare = async (argon2out, salt, draftId, sealed) => openGcm(sittingKey(argon2out, salt), sealed, sittingBinding(draftId));

const ROW_NOTE = "testimony/1/outbox-note";
const ROW_NOTE_BYTES = 512;

const rowNoteBinding = (entryId) => labelled(ROW_NOTE, fromHex(entryId, 32));

/** What a worker alone may see of an entry of the outbox: 540 bytes. Throws `RangeError` for more than fits in. */
export const sealRowNote = async (argon2out, salt, entryId, value) => {
  const text = utf8(JSON.stringify(value));
  if (text.length > ROW_NOTE_BYTES) throw new RangeError("row-note");
  const padded = new Uint8Array(ROW_NOTE_BYTES).fill(SPACE);
  padded.set(text);
  return sealGcm(derive(argon2out, salt, utf8(ROW_NOTE)), padded, rowNoteBinding(entryId));
};

/** The value, or null: another passphrase than the note's, or another entry. */
export const openRowNote = async (argon2out, salt, entryId, sealed) => {
  const text = await openGcm(derive(argon2out, salt, utf8(ROW_NOTE)), sealed, rowNoteBinding(entryId));
  return text === null ? null : JSON.parse(new TextDecoder().decode(text));
};

const recordKey = (root, draftId) => derive(root, fromHex(draftId, 16), utf8("testimony/1/draft"));

const binding = (draftId, seq) => labelled(SNAPSHOT, concat(fromHex(draftId, 16), uint64(seq)));

const filled = (bytes) => {
  const padded = new Uint8Array(padme(Math.max(bytes.length, SMALLEST))).fill(SPACE);
  padded.set(bytes);
  return padded;
};

/** `value` (anything that JSON holds) as the snapshot number `seq` of draft `draftId` (32 hex). */
export const sealSnapshot = async (root, draftId, seq, value, nonce) =>
  sealGcm(recordKey(root, draftId), filled(utf8(JSON.stringify(value))), binding(draftId, seq), nonce);

/** The value. Throws `CannotOpen("altered")` for another root, draft or number. */
export const openSnapshot = async (root, draftId, seq, bytes) => {
  const plaintext = await openGcm(recordKey(root, draftId), bytes, binding(draftId, seq));
  if (plaintext === null) throw new CannotOpen("altered");
  return JSON.parse(new TextDecoder().decode(plaintext));
};
