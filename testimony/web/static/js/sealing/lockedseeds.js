/**
 * An interviewer's seeds under their passphrase, as the node keeps them and the browser unlocks them.
 *
 * {"v", "person", "device", "argon2id": {"m_kib", "t", "p", "salt"}, "nonce", "ct"}; key = HKDF-SHA256(Argon2id, salt,
 * "testimony/1/locked"); plaintext = interviewer seed ‖ device seed; AAD = L("testimony/1/locked", person ‖ 0x00 ‖ device).
 */

import { argon2id, PARAMETERS } from "./argon.js";
import { concat, fromHex, isHex, labelled, randomBytes, toHex, utf8 } from "./bytes.js";
import { isInteger, isText } from "./fieldforms.js";
import { openGcm, sealGcm } from "./gcm.js";
import { derive } from "./hashing.js";
import { hasExactly } from "./jcs.js";
import { PassphraseWrong } from "./refusals.js";

const LABEL = "testimony/1/locked";
const LARGEST_KIB = 1024 * 1024;

const keyFrom = async (passphrase, { salt, ...parameters }) =>
  derive(await argon2id(passphrase, fromHex(salt, 16), parameters), fromHex(salt, 16), utf8(LABEL));

const bindingOf = (person, device) => labelled(LABEL, concat(utf8(person), Uint8Array.of(0), utf8(device)));

/** A node may be hostile: neither weaker parameters than ours nor ones that exhaust the phone. */
const isLocked = (locked) =>
  hasExactly(locked, ["v", "person", "device", "argon2id", "nonce", "ct"]) && locked.v === LABEL && isText(locked.person, 64) &&
  isText(locked.device, 64) && isHex(locked.nonce, 12) && isHex(locked.ct, 80) &&
  hasExactly(locked.argon2id, ["m_kib", "t", "p", "salt"]) && isInteger(locked.argon2id.m_kib, PARAMETERS.m_kib, LARGEST_KIB) &&
  isInteger(locked.argon2id.t, PARAMETERS.t, 16) && isInteger(locked.argon2id.p, 1, 4) && isHex(locked.argon2id.salt, 16);

/** `seeds` {interviewer, device} (32 bytes each) as the JSON object that `unlock` opens. */
export const lock = async ({ interviewer, device }, passphrase, ids) => {
  const argon = { ...PARAMETERS, salt: toHex(randomBytes(16)) };
  const sealed = await sealGcm(await keyFrom(passphrase, argon), concat(interviewer, device), bindingOf(ids.person, ids.device));
  return { v: LABEL, ...ids, argon2id: argon, nonce: toHex(sealed.subarray(0, 12)), ct: toHex(sealed.subarray(12)) };
};

/** {interviewer, device}: 32 bytes each. Throws `PassphraseWrong`, also for an object that is not a locked pair. */
export const unlock = async (locked, passphrase) => {
  if (!isLocked(locked)) throw new PassphraseWrong();
  const key = await keyFrom(passphrase, locked.argon2id);
  const seeds = await openGcm(key, fromHex(locked.nonce + locked.ct), bindingOf(locked.person, locked.device));
  if (seeds === null) throw new PassphraseWrong();
  return { interviewer: seeds.slice(0, 32), device: seeds.slice(32) };
};
