/** Checkpoints of a custody log as C2SP signed notes (c2sp.org/tlog-checkpoint, c2sp.org/signed-note). */

import { ed25519 } from "../../../vendor/noble-1/noble.js";
import { concat, equal, fromHex, toBase64, utf8 } from "../base/bytes.js";
import { sha256 } from "../base/hashes.js";
import { SignatureBad } from "../base/errors.js";

const NOTE = /^((?<origin>[^\n]+)\n(?<size>0|[1-9][0-9]{0,15})\n(?<root>[A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*)\n(?<signatures>(?:— [^\n]+\n)+)$/u;

const decoded = (text) => {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array(0);
  }
};

const keyId = (name, pub) => sha256(concat(utf8(`${name}\n`), Uint8Array.of(1), pub)).slice(0, 4);

const signedBy = (line, body, name, pub) => {
  const [, signer, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
  if (signer !== name) return false;
  const bytes = decoded(encoded);
  if (bytes.length !== 68 || !equal(bytes.slice(0, 4), keyId(name, pub))) return false;
  return ed25519.verify(bytes.slice(4), utf8(body), pub, { zip215: false });
};

/** {size, root (bytes)} of a checkpoint of `origin` that the Ed25519 `key` {alg, pub (hex)} signed, or `SignatureBad`. */
export const verifyCheckpoint = (text, origin, key) => {
  const found = NOTE.exec(text);
  const root = decoded(found?.groups.root ?? "");
  if (found?.groups.origin !== origin || root.length !== 32 || toBase64(root) !== found.groups.root) throw new SignatureBad();
  const lines = found.groups.signatures.trimEnd().split("\n");
  if (!lines.some((line) => signedBy(line, found[1], origin, fromHex(key.pub, 32)))) throw new SignatureBad();
  const size = Number(found.groups.size);
  if (!Number.isSafeInteger(size)) throw new SignatureBad();
  return { size, root };
};
