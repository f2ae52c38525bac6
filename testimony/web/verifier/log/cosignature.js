/** Cosignatures of partners on checkpoints (c2sp.org/tlog-cosignature, Ed25519). Twin of cosignature.py; DOM-free. */

import { concat, fromHex, toBase64, toHex, utf8 } from "../../static/js/sealing/base/bytes.js";
import { sha256 } from "../../static/js/sealing/base/hashes.js";
import { isSigned } from "../../static/js/sealing/base/ed25519.js";
import { holds as hasForm } from "../../static/js/sealing/records/forms.js";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}$/;
const NOTE = /^((?:[^\n]+\n)+)\n((?:— [^ \n]+ [^ \n]+\n)+)$/u;
const MOST = 16;
const LATEST = 253402300799n;

const idOf = (name, pub) => toHex(sha256(concat(utf8(`${name}\n`), Uint8Array.of(4), pub)).slice(0, 4));

const ofRoster = ({ value: { witnesses } }) =>
  Array.isArray(witnesses) && witnesses.length <= MOST && witnesses.every((one) => hasForm("witness", one)) ? witnesses.map(({ name, pub }) => ({ name, pub: fromHex(pub) })) : [];

/** The partners that any of the rosters names: "name id" -> public key. */
export const witnessesOf = (rosters) => new Map(rosters.flatMap(ofRoster).map(({ name, pub }) => [`${name} ${idOf(name, pub)}`, pub]));

/** {body, lines} of a note, or null for what is none: `lines` are [name, base64]. */
export const takenApart = (text) => {
  const [, body, signatures] = NOTE.exec(text) ?? [];
  if (body === undefined) return null;
  return { body, lines: signatures.split("\n").slice(0, -1).map((line) => line.split(" ").slice(1)) };
};

/** The note as its log signed it, without anybody's cosignature. */
export const plainOf = ({ body, lines }, origin) => `${body}\n${lines.filter(([name]) => name === origin).slice(0, 1).map(([name, text]) => `— ${name} ${text}`).join("")}\n`;

const decoded = (text) => {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : new Uint8Array(0);
  } catch {
    return new Uint8Array(0);
  }
};

const examined = (body, [name, text], known) => {
  const bytes = decoded(text);
  const pub = known.get(`${name} ${toHex(bytes.slice(0, 4))}`);
  if (!pub) return { name: NAME.test(name) ? name : "?", holds: null };
  const time = bytes.length === 76 ? new DataView(bytes.buffer).getBigUint64(4) : LATEST + 1n;
  const message = utf8(`cosignature/v1\ntime ${time}\n${body}`);
  if (time > LATEST || !isSigned(bytes.slice(12), message, pub)) return { name, holds: false };
  return { name, holds: true, time: new Date(Number(time) * 1000).toISOString().replace(".000Z", "Z") };
};

/** [{name, holds (null: no roster names it), time}] of every line that is not the log's own. */
export const cosignedBy = ({ body, lines }, origin, known) => lines.filter(([name]) => name !== origin).map((line) => examined(body, line, known));
