/**
 * age v1 heads with post-quantum recipients only: the file key wrapped for each slot, and the MAC.
 *
 * A *head* is the bytes through the newline after the MAC line; any head ‖ body of one file key is a complete age file.
 * Source: c2sp.org/age 1.1.0.
 */

import { concat, equal, fromBase64NoPad, randomBytes, shuffled, toBase64NoPad, utf8 } from "../base/bytes.js";
import { derive, hmacSha256 } from "../base/hashes.js";
import { contextOf, encapsulateToNobody, ENCAPSULATION_BYTES, openWith, sealTo } from "./hpke.js";
import { decoyKey, parseRecipient } from "./recipients.js";
import { CannotOpen, CannotSeal } from "../base/errors.js";

const FIRST_LINE = "age-encryption.org/v1\n";
const STANZA = "-> mlkem768x25519 ([A-Za-z0-9+/]{1494})\\n([A-Za-z0-9+/]{43})\\n";
const HEAD = new RegExp(`^age-encryption\\.org/v1\\n((?:${STANZA})+)--- ([A-Za-z0-9+/]{43})\\n$`);
const EMPTY = new Uint8Array(0);
const WRAPPED_BYTES = 32;

let context = null;
const ageContext = () => (context ??= contextOf(utf8("age-encryption.org/mlkem768x25519")));

const macOf = (fileKey, authenticated) => hmacSha256(derive(fileKey, EMPTY, utf8("header")), authenticated);

const stanzaText = ({ enc, ciphertext }) => `-> mlkem768x25519 ${toBase64NoPad(enc)}\n${toBase64NoPad(ciphertext)}\n`;

const stanzaFor = (recipient, fileKey) => sealTo(recipient.prepared, ageContext(), fileKey);

/** A stanza that nobody can open: a true encapsulation to a random key, and random bytes for what it would wrap. */
const emptyStanza = async (decoy) => ({
  enc: await encapsulateToNobody(await decoy),
  ciphertext: randomBytes(WRAPPED_BYTES),
});

const decoyStanza = (decoy, fileKey) => (decoy.prepared ? stanzaFor(decoy, fileKey) : emptyStanza(decoy));

/**
 * A head with exactly `slots` stanzas for `fileKey`: the recipients, then decoys, in an order that nobody chose.
 * `decoy` is the recipient of the empty slots, or a throw-away key (`decoyKey()`), which is made where none is given.
 */
export const sealHead = async (fileKey, recipients, slots, decoy = null) => {
  if (recipients.length > slots || slots < 1) throw new CannotSeal("slots");
  const nobody = recipients.length < slots ? (decoy ?? decoyKey()) : null;
  const stanzas = await Promise.all(
    Array.from({ length: slots }, (_, i) =>
      i < recipients.length ? stanzaFor(parseRecipient(recipients[i]), fileKey) : decoyStanza(nobody, fileKey),
    ),
  );
  const authenticated = `${FIRST_LINE}${shuffled(stanzas).map(stanzaText).join("")}---`;
  return utf8(`${authenticated} ${toBase64NoPad(await macOf(fileKey, utf8(authenticated)))}\n`);
};

const requireUnaltered = (holds) => {
  if (!holds) throw new CannotOpen("altered");
};

/** The stanzas and the MAC of `head`; other kinds of stanza, or a second spelling of anything, are `altered`. */
const parsed = (head) => {
  const text = new TextDecoder("latin1").decode(head);
  const found = HEAD.exec(text);
  requireUnaltered(found);
  const stanzas = [...found[1].matchAll(new RegExp(STANZA, "g"))].map(([, enc, ciphertext]) => ({
    enc: fromBase64NoPad(enc),
    ciphertext: fromBase64NoPad(ciphertext),
  }));
  const mac = fromBase64NoPad(found.at(-1));
  requireUnaltered(mac && stanzas.every(({ enc, ciphertext }) => enc?.length === ENCAPSULATION_BYTES && ciphertext));
  return { stanzas, mac };
};

const unwrappedOne = async ({ enc, ciphertext }, key) => {
  try {
    return await key.use((keys) => openWith(keys, ageContext(), enc, ciphertext));
  } catch {
    throw new CannotOpen("altered");
  }
};

const unwrapped = async (stanzas, key) => {
  for (const stanza of stanzas) {
    const fileKey = await unwrappedOne(stanza, key);
    if (fileKey) return fileKey;
  }
  throw new CannotOpen("not_for_you");
};

/** Throw `altered` unless the last line of `head` is the MAC of all before it. */
const verifyMac = async (head, fileKey, mac) => {
  const authenticated = head.subarray(0, head.length - 45); // " " and 43 digits of the MAC, and the newline
  requireUnaltered(equal(await macOf(fileKey, authenticated), mac));
};

/** The file key. Throws `CannotOpen`: `altered`, or `not_for_you` where no stanza opens with `key`. */
export const openHead = async (head, key) => {
  const { stanzas, mac } = parsed(head);
  const fileKey = await unwrapped(stanzas, key);
  await verifyMac(head, fileKey, mac);
  return fileKey;
};

export const newFileKey = () => randomBytes(16);

/** One more head for the same body, for a grant; the body and the other heads stay. */
export const rewrapped = async (head, key, recipients, slots) => sealHead(await openHead(head, key), recipients, slots);

/** A whole age file split after its MAC line, or null: {head, body}. */
export const splitAge = (file) => {
  const text = new TextDecoder("latin1").decode(file);
  const at = /(?:^|\n)--- [^\n]*\n/.exec(text);
  if (at === null) return null;
  const end = at.index + at[0].length;
  return { head: file.slice(0, end), body: file.slice(end) };
};

export const joinAge = (head, body) => concat(head, body);
