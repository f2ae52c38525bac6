/** What the worker alone may see of sealed testimonies on the phone: time, witness's language and their own label, under the passphrase. DOM-free. */

import { argon2id } from "../../sealing/keys/argon2.js";
import { CannotSeal, PassphraseWrong } from "../../sealing/base/errors.js";
import { fromHex, randomBytes, toHex } from "../../sealing/base/bytes.js";
import { openRowNote, sealRowNote } from "../../sealing/keys/draft_cipher.js";
import { stretchedNow } from "./draft_keys.js";

/** The calls of the vault. The keys are those of the person who is signed in. */
export const rowNoteCalls = {
  /** {argon, salt, sealed} of `note` ({time, lang, label, keys, begun, first}) for the entry `id` (64 hex). Throws `CannotSeal` "keys" while nobody is signed in. */
  sealRowNote: async ({ id, note }) => {
    const [{ argon, stretched }, salt] = [stretchedNow(), randomBytes(16)];
    if (!stretched) throw new CannotSeal("keys");
    return { argon, salt: toHex(salt), sealed: await sealRowNote(stretched, salt, id, note) };
  },

  /** By entry what its note says, of `notes` [{id, note}]: those that the person who is signed in wrote with the present passphrase. */
  openRowNotes: async ({ notes }) => {
    const { argon, stretched } = stretchedNow();
    const own = notes.filter(({ note }) => stretched && note?.argon === argon);
    const opened = await Promise.all(own.map(async ({ id, note }) => [id, await openRowNote(stretched, fromHex(note.salt, 16), id, note.sealed)]));
    return Object.fromEntries(opened.filter(([, said]) => said !== null));
  },

  /** Whether the passphrase is that of the person who is signed in. Throws `PassphraseWrong`, and `CannotSeal` "keys" while nobody is. */
  confirm: async ({ passphrase }) => {
    const { argon, stretched } = stretchedNow();
    if (!stretched) throw new CannotSeal("keys");
    const typed = await argon2id(passphrase, fromHex(argon, 16));
    if (!typed.every((byte, at) => byte === stretched[at])) throw new PassphraseWrong();
    return true;
  },
};
