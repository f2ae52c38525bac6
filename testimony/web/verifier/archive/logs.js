/** The logs in an archive: signed heads, that each only grew, and which records an entry names. Twin of sealing/archive/logs.py; DOM-free. */

import { equal, toHex, utf8 } from "../../static/js/sealing/base/bytes.js";
import { sha256Hex } from "../../static/js/sealing/base/hashes.js";
import { decodeObject } from "../../static/js/sealing/base/jcs.js";
import { leafHash, verifyConsistency, verifyInclusion } from "../../static/js/sealing/log/merkle.js";
import { verifyCheckpoint } from "../../static/js/sealing/log/checkpoint.js";
import { isFormed } from "../../static/js/sealing/records/records.js";
import { kidOf } from "../../static/js/sealing/records/signatures.js";
import { cosignedBy, plainOf, takenApart, witnessesOf } from "../log/cosignature.js";
import { ENTRY, growthOf, inclusionOf, NOTE } from "./archive.js";

const NO_EPOCH = "none";

const folderOf = (name) => name.slice(0, name.lastIndexOf("/"));

/** Python's str.partition of the fourth line: which life of its database the station was in. */
const epochOf = (text) => /^[^\n]+\n[^\n]+\n[^\n]+\nepoch ([0-9a-f]{32})\n/.exec(text)?.[1] ?? NO_EPOCH;

const headOf = (bytes, kid, epoch, size, chain) => {
  const entry = chain.signer(kid);
  const key = entry?.kind === "central" ? entry.keys.find((one) => kidOf(one) === kid) : undefined;
  if (!key) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const head = verifyCheckpoint(text, `testimony/1/log/${kid}`, key);
    const note = takenApart(text);
    return note && head.size === size && epochOf(text) === epoch ? { ...head, note } : null;
  } catch {
    return null;
  }
};

const grew = async (read, proof, names, old, head) => {
  const values = { old: old.size, size: head.size };
  if (old.size === head.size) return { code: "log.forked", holds: "no", values };
  const said = names.includes(proof) ? growthOf(await read(proof)) : null;
  if (!said || said.from !== old.size || said.to !== head.size) return { code: "log.unproven", holds: "no", values };
  const holds = verifyConsistency(old.size, head.size, old.root, head.root, said.path);
  return holds ? { code: "log.grew", holds: "yes", values } : { code: "log.forked", holds: "no", values };
};

const entryOf = (bytes, no, head) => {
  const proof = inclusionOf(bytes);
  if (!proof || proof.size !== head.size) return null;
  try {
    const said = decodeObject(proof.entry);
    if (!isFormed(said, "entry") || said.no !== no) return null;
    return verifyInclusion(no, head.size, leafHash(proof.entry), proof.path, head.root) ? said : null;
  } catch {
    return null;
  }
};

/** What partners signed of these heads. A line of somebody whom no roster names proves nothing. */
function* cosigned(heads, kid, chain) {
  const known = witnessesOf(chain.rosters);
  for (const { size, note } of heads) {
    for (const { name: partner, holds, time } of cosignedBy(note, `testimony/1/log/${kid}`, known)) {
      if (holds === null) yield { code: "cosigned.unknown", holds: "open", values: { partner, size } };
      else if (!holds) yield { code: "cosigned.refused", holds: "no", values: { partner, size } };
      else yield { code: "cosigned.holds", holds: "yes", values: { partner, size, time } };
    }
  }
}

const bySize = (one, other) => one.size - other.size || (toHex(one.root) < toHex(other.root) ? -1 : 1);

async function* checkOne(read, folder, names, chain, { received, heads: plain, roots }) {
  const [, kid, epoch] = folder.split("/");
  const heads = [];
  for (const name of names.filter((one) => NOTE.test(one))) {
    const head = headOf(await read(name), kid, epoch, Number(NOTE.exec(name)[3]), chain);
    if (head) {
      heads.push(head);
      plain.set(sha256Hex(utf8(plainOf(head.note, `testimony/1/log/${kid}`))), head.size);
      roots.set(`${kid} ${head.size}`, [...(roots.get(`${kid} ${head.size}`) ?? []), toHex(head.root)]);
    } else yield { code: "log.refused", holds: "no", values: { name } };
  }
  if (heads.length === 0) {
    for (const name of names.filter((one) => !NOTE.test(one))) yield { code: "log.entry", holds: "no", values: { name } };
    return;
  }
  const asNamed = [...heads];
  heads.sort(bySize);
  const last = heads.at(-1);
  yield { code: "log.head", holds: "yes", values: { station: chain.signer(kid).id, size: last.size } };
  yield* cosigned(asNamed, kid, chain);
  for (const head of heads.slice(0, -1)) {
    if (head.size !== last.size || !equal(head.root, last.root)) yield await grew(read, `${folder}/${head.size}.grew`, names, head, last);
  }
  for (const name of names.filter((one) => ENTRY.test(one))) {
    const no = Number(ENTRY.exec(name)[3]);
    const said = entryOf(await read(name), no, last);
    if (!said) yield { code: "log.entry", holds: "no", values: { name } };
    else if (said.kind === "received" && !received.has(said.ref)) received.set(said.ref, { log: kid, no, day: said.day, size: last.size });
  }
}

/**
 * The checks of every log; `names` are the files below log/. Fills `proved.received`: record -> where a log says that it
 * came in; `proved.heads`: hash of a head as its log signed it -> its size; `proved.roots`: "log size" -> roots of signed heads.
 */
export async function* checkLogs(read, names, chain, proved) {
  for (const folder of new Set(names.map(folderOf))) {
    yield* checkOne(read, folder, names.filter((name) => folderOf(name) === folder), chain, proved);
  }
}

/** Whether the log of the station that signed a receipt is another one, or received the record only later. */
export const contradicts = ({ received, roots }, { record, station, log_size: size, root }) => {
  const [place, known] = [received.get(record), roots.get(`${station} ${size}`)];
  return (place?.log === station && place.no >= size) || (known !== undefined && !known.includes(root));
};

/** Whether a log proves that the record came in, and came before its device's key was revoked. */
export const checkReceived = (place, { tid, by }, revoked) => {
  if (!place) return [{ code: "received.open", holds: "open", tid, values: {} }];
  const { log, no, day, size } = place;
  /** @type {any[]} */
  const found = [{ code: "received.holds", holds: "yes", tid, values: { day, no, size } }];
  const last = revoked.get(`${by} ${log}`);
  if (last !== undefined && no > last) found.push({ code: "manifest.revoked", holds: "no", tid, values: {} });
  return found;
};
