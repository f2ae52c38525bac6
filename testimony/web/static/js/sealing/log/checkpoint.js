/** Checkpoints of a custody log as C2SP signed notes (c2sp.org/tlog-checkpoint, c2sp.org/signed-note). */

import { concat, equal, fromHex, toBase64, utf8 } from "../base/bytes.js";
import { isSigned } from "../base/ed25519.js";
import { sha256 } from "../base/hashes.js";
import { SignatureBad } from "../base/errors.js";

const NOTE = /^((?<origin>[^\n]+)\n(?<size>0|[1-9][0-9]{0,15})\n(?<root>[A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*)\n(?<signatures>(?:— [^ \n]+ [^ \n]+\n)+)$/u;

/** The bytes of base64 in its one spelling; none for anything else. */
const decoded = (text) => {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : new Uint8Array(0);
  } catch {
    return new Uint8Array(0);
  }
};

const keyId = (name, pub) => sha256(concat(utf8(`${name}\n`), Uint8Array.of(1), pub)).slice(0, 4);

/** What stands in the first line of this key; null where it has none. */
const signatureBy = (lines, name, pub) => {
  const signed = lines.map((line) => line.split(" ")).filter(([, signer]) => signer === name).map(([, , encoded]) => decoded(encoded));
  return signed.find((bytes) => equal(bytes.slice(0, 4), keyId(name, pub)))?.slice(4) ?? null;
};

/** {size, root (bytes)} of a checkpoint of `origin` that the Ed25519 `key` {alg, pub (hex)} signed, or `SignatureBad`. */
export const verifyCheckpoint = (text, origin, key) => {
  const found = NOTE.exec(text);
  const root = decoded(found?.groups.root ?? "");
  if (found?.groups.origin !== origin || root.length !== 32) throw new SignatureBad();
  const pub = fromHex(key.pub, 32);
  const signature = signatureBy(found.groups.signatures.split("\n").slice(0, -1), origin, pub);
  if (!signature || !isSigned(signature, utf8(found[1]), pub)) throw new SignatureBad();
  const size = Number(found.groups.size);
  if (!Number.isSafeInteger(size)) throw new SignatureBad();
  return { size, root };
};
