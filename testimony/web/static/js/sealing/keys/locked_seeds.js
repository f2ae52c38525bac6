/**
 * An interviewer's seeds under their passphrase, as the node keeps them and the browser unlocks them.
 *
 * {"v", "person", "device", "argon2id": {"m_kib", "t", "p", "salt"}, "nonce", "ct"}; key = HKDF-SHA256(Argon2id, salt,
 * "testimony/1/locked"); plaintext = interviewer seed ‖ device seed; AAD = L("testimony/1/locked", person ‖ 0x00 ‖ device).
 */

import { argon2id, PARAMETERS } from "./argon2.js";
import { concat, fromHex, isHex, labelled, randomBytes, toHex, utf8 } from "../base/bytes.js";
import { holds } from "../records/forms.js";
import { openGcm, sealGcm } from "./gcm.js";
import { derive } from "../base/hashes.js";
import { hasExactly } from "../base/jcs.js";
import { PassphraseWrong } from "../base/errors.js";

const LABEL = "testimony/1/locked";

const keyOf = (stretched, { salt }) => derive(stretched, fromHex(salt, 16), utf8(LABEL));

const keyFrom = async (passphrase, argon) => keyOf(await argon2id(passphrase, fromHex(argon.salt, 16)), argon);

const bindingOf = (person, device) => labelled(LABEL, concat(utf8(person), Uint8Array.of(0), utf8(device)));

/** A node may be hostile: no other costs than ours, neither weaker ones nor ones that exhaust the phone. */
const isLocked = (locked) =>
  hasExactly(locked, ["v", "person", "device", "argon2id", "nonce", "ct"]) && locked.v === LABEL && holds("pseudonym", locked.person) &&
  holds("pseudonym", locked.device) && isHex(locked.nonce, 12) && isHex(locked.ct, 80) &&
  hasExactly(locked.argon2id, ["m_kib", "t", "p", "salt"]) && isHex(locked.argon2id.salt, 16) &&
  Object.entries(PARAMETERS).every(([name, cost]) => locked.argon2id[name] === cost);

/** `seeds` {interviewer, device} (32 bytes each) as the JSON object that `unlock` opens. */
export const lock = async ({ interviewer, device }, passphrase, ids) => {
  const argon = { ...PARAMETERS, salt: toHex(randomBytes(16)) };
  const sealed = await sealGcm(await keyFrom(passphrase, argon), concat(interviewer, device), bindingOf(ids.person, ids.device));
  return { v: LABEL, ...ids, argon2id: argon, nonce: toHex(sealed.subarray(0, 12)), ct: toHex(sealed.subarray(12)) };
};

/** Argon2id of `passphrase` with the salt of `locked`, for `unlockWith`. Throws `PassphraseWrong` for what is not a locked pair. */
export const stretch = async (locked, passphrase) => {
  if (!isLocked(locked)) throw new PassphraseWrong();
  return argon2id(passphrase, fromHex(locked.argon2id.salt, 16));
};

/** {interviewer, device}: 32 bytes each. Throws `PassphraseWrong`, also for an object that is not a locked pair. */
export const unlock = async (locked, passphrase) => unlockWith(locked, await stretch(locked, passphrase));

/** The same with what `stretch` gave, so that whoever needs it for drafts too computes it once. */
export const unlockWith = async (locked, stretched) => {
  const key = keyOf(stretched, locked.argon2id);
  const seeds = await openGcm(key, fromHex(locked.nonce + locked.ct), bindingOf(locked.person, locked.device));
  if (seeds === null) throw new PassphraseWrong();
  return { interviewer: seeds.slice(0, 32), device: seeds.slice(32) };
};
