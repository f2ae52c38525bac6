/**
 * Checks an archive from its bytes alone: no key, no server. What fails is named, and nothing is believed that was not verified before.
 *
 * Twin of sealing/archive/checks.py: the same findings in the same order. DOM-free; a finding is {code, holds: yes|no|open, tid, values}.
 */

import { isHex } from "../../static/js/sealing/base/bytes.js";
import { verifyManifest } from "../../static/js/sealing/parts/manifest.js";
import { NotCanonical } from "../../static/js/sealing/base/errors.js";
import { RosterChain } from "../../static/js/sealing/roster/chain.js";
import { valueOf } from "../../static/js/sealing/records/records.js";
import { believe, nothingYet, requireSigned } from "./statements.js";
import { ArchiveBroken, hashOf, openContainer } from "./zip.js";
import { CHAIN, indexOf, LARGEST_FILE, LARGEST_LIST, LAST, LIST, LIST_SIGNED, NAMED, OBJECT, RECORD, REVEALED, ROOT, signedFrom, SUMS, sumsOf, TIMESTAMP } from "./archive.js";
import { checkDay } from "./days.js";
import { checkLogs, checkReceived } from "./logs.js";
import { checkingOf } from "./parts.js";
import { checkTimes, withoutRoots } from "./timestamps.js";

const MAKERS = ["lawyer", "coordinator", "recovery"];

const found = (code, holds, values = {}, tid = "") => ({ code, holds, tid, values });

const readIndex = async (container) => {
  if (!LAST.every(container.has)) throw new ArchiveBroken("not");
  const read = indexOf(await container.read(LIST, LARGEST_LIST), await container.read(LIST_SIGNED, LARGEST_FILE));
  if (read.index === "newer") throw new ArchiveBroken("newer");
  return read;
};

/** The first file that is not where the list says, "" when it says exactly what is here. */
const differing = (names, { files }) => {
  const listed = [...files.map(({ name }) => name), ...LAST];
  const shared = Math.min(names.length, listed.length);
  const at = names.slice(0, shared).findIndex((name, i) => name !== listed[i]);
  return at >= 0 ? names[at] : (names[shared] ?? listed[shared] ?? "");
};

const sorted = (archive, name) => {
  const [object, revealed] = [OBJECT.exec(name), REVEALED.exec(name)];
  if (CHAIN.test(name)) archive.chain.push(name);
  else if (name.startsWith("log/")) archive.log.push(name);
  else if (object) archive.objects.add(object[1]);
  else if (revealed) {
    const parts = archive.revealed.get(revealed[1]) ?? new Map();
    parts.set(revealed[2], [...(parts.get(revealed[2]) ?? []), name]);
    archive.revealed.set(revealed[1], parts);
  }
  if (TIMESTAMP.test(name)) archive.times.push(name);
};

const wrongWith = async (archive, { name, len, sha256 }) => {
  let bytes;
  try {
    bytes = await archive.container.read(name, LARGEST_LIST);
  } catch (error) {
    if (!(error instanceof ArchiveBroken)) throw error;
    archive.damaged = true;
    return ["list.damaged"];
  }
  const hash = await hashOf(bytes);
  const named = NAMED.map((form) => form.exec(name)).find(Boolean)?.[1] ?? hash;
  return [...(bytes.length === len && hash === sha256 ? [] : ["list.changed"]), ...(named === hash ? [] : ["list.misnamed"])];
};

async function* checkFiles(archive, files) {
  let failed = false;
  const sums = sumsOf(files);
  for (const file of [...files, { name: SUMS, len: sums.length, sha256: await hashOf(sums) }]) {
    await archive.step();
    for (const code of await wrongWith(archive, file)) {
      failed = true;
      yield found(code, "no", { name: file.name });
    }
    sorted(archive, file.name);
  }
  if (!failed) yield found("list.whole", "yes", { number: files.length });
  const unchecked = withoutRoots(archive.times).length;
  if (unchecked) yield found("list.times", "open", { number: unchecked });
}

/** {chain, finding}; chain is null where not even the root can be read. */
const readChain = async (archive) => {
  let chain;
  try {
    chain = new RosterChain(await archive.read(ROOT));
  } catch {
    return { chain: null };
  }
  const refused = (name) => ({ chain, finding: found("rosters.refused", "no", { name }) });
  for (const name of archive.chain) {
    try {
      if (!chain.add(await archive.record(name))) return refused(name);
    } catch {
      return refused(name);
    }
  }
  if (chain.rosters.length === 0) return refused(archive.chain.at(-1) ?? "chain/0001.json");
  const { no, value } = chain.latest;
  return { chain, finding: found("rosters.hold", "yes", { number: chain.rosters.length, no, day: value.issued }) };
};

const checkSigned = (record, index, chain) => {
  const codes = index.organisation === chain.fingerprint ? [] : [found("list.foreign", "no")];
  try {
    const { id } = requireSigned(record, "archive", index.by, chain, MAKERS);
    const use = index.purpose ? [found("list.use", "yes", { use: `${index.purpose} ${index.recipient}` })] : [];
    return [...codes, found("list.signed", "yes", { person: id, day: index.day }), ...use];
  } catch {
    return [...codes, found("list.unsigned", "no")];
  }
};

const tidOf = (record) => {
  const { tid } = valueOf(record);
  return typeof tid === "string" && tid.length === 32 ? tid : "";
};

async function* checkTestimony(archive, record, believed, proved, tids) {
  let manifest;
  try {
    manifest = verifyManifest(record, archive.chainOf);
  } catch (error) {
    believed.refused += 1;
    yield found(error.code === "newer_version" ? "manifest.newer" : "manifest.refused", "no", {}, tidOf(record));
    return;
  }
  tids.add(manifest.tid);
  const checks = checkingOf(manifest, archive.chainOf, archive.shown);
  for (const name of checks.names) believed.names.add(name);
  yield checks.takenDown();
  const place = proved.received.get(record.id);
  yield* checkReceived(place, manifest, believed.revoked);
  yield* checkDay(manifest, archive.chainOf, place?.day);
  yield checks.sealed(archive.objects, believed.granted.get(record.id) ?? []);
  yield* checks.revealed(archive.read, archive.revealed.get(manifest.tid) ?? new Map());
  yield checks.interviewer();
  for (const receipt of believed.receipts) if (receipt.value.record === record.id) yield checks.receipt(receipt, proved);
  yield* checks.withdrawn(believed);
}

/** What belongs to nothing that was verified. */
function* checkStrangers({ container, revealed }, believed, tids) {
  const strange = (name) => found("record.strange", "no", { name });
  for (const name of container.names) {
    const object = OBJECT.exec(name);
    if (object && !believed.names.has(object[1])) yield strange(name);
  }
  for (const [tid, parts] of revealed) {
    if (!tids.has(tid)) yield found("revealed.nowhere", "no", { name: [...parts.values()].flat().sort()[0] });
  }
  const records = new Set(believed.manifests.map(({ id }) => id));
  for (const { record, value } of believed.receipts) if (!records.has(value.record)) yield strange(`records/${record.id}.json`);
  for (const { record, value } of believed.withdrawals) if (!tids.has(value.tid)) yield strange(`records/${record.id}.json`);
}

const recordsOf = ({ names }) => names.filter((name) => RECORD.test(name));

async function* checkStatements(archive) {
  const believed = nothingYet();
  for (const name of recordsOf(archive.container)) {
    await archive.step();
    try {
      believe(await archive.record(name), archive.chainOf, believed);
    } catch {
      yield found("record.refused", "no", { name });
    }
  }
  for (const [key, no] of believed.revoked) yield found("revoked.holds", "yes", { key: key.split(" ")[0], no });
  if (believed.annexes) yield found("annexes.hold", "yes", { number: believed.annexes });
  const [proved, tids] = [{ received: new Map(), heads: new Map(), roots: new Map() }, new Set()];
  for await (const one of checkLogs(archive.read, archive.log, archive.chainOf, proved)) yield { tid: "", ...one };
  for await (const one of checkTimes(archive.read, archive.times, proved.heads)) yield { tid: "", ...one };
  for (const record of believed.manifests) {
    await archive.step();
    yield* checkTestimony(archive, record, believed, proved, tids);
  }
  if (!believed.refused) yield* checkStrangers(archive, believed, tids); // else nobody knows what belongs to whom
}

/** `told` hears of each file once more when its statement is checked, which takes longer than its hash. */
const opened = (container, { files }, told) => {
  const read = (name) => container.read(name, LARGEST_FILE);
  const record = async (name) => {
    const sigs = name.replace(/\.json$/, ".sigs");
    if (!container.has(sigs)) throw new NotCanonical();
    return signedFrom(await read(name), await read(sigs));
  };
  const all = files.length + 2 * recordsOf(container).length;
  let done = 0;
  const step = () => told((done += 1), all);
  return { container, read, record, step, chain: [], log: [], objects: new Set(), revealed: new Map(), times: [], damaged: false, chainOf: null, shown: [] };
};

/**
 * Every check of the archive `source` (a Blob), in the order of docs/archive.md. `shown` gets the parts in clear that hold,
 * `words` makes six words of a fingerprint, `told(done, all)` hears how far it is, and may wait, so that a page stays awake.
 */
export async function* examine(source, { words, shown = [], told = () => {} }) {
  let container, index, record;
  try {
    container = await openContainer(source);
    ({ index, record } = await readIndex(container));
  } catch (error) {
    if (!(error instanceof ArchiveBroken)) throw error;
    yield found(`file.${error.reason}`, "no");
    return;
  }
  if (index === null) {
    yield found("list.form", "no");
    return;
  }
  const name = differing(container.names, index);
  if (name) {
    yield found("list.other", "no", { name });
    return;
  }
  const archive = opened(container, index, told);
  archive.shown = shown;
  yield* checkFiles(archive, index.files);
  if (archive.damaged) return;
  const { chain, finding } = await readChain(archive);
  if (!chain) {
    yield found("root.form", "no");
    return;
  }
  yield found("root.words", "yes", { words: words(chain.fingerprint) });
  yield finding;
  if (finding.holds === "no") return;
  archive.chainOf = chain;
  yield* checkSigned(record, index, chain);
  yield* checkStatements(archive);
}

const PROVEN = ["manifest", "received"];

/** "open" if nothing fails and a testimony is not proven to be in a log, or its day is in doubt. Sealed parts that are not here leave nothing open. */
export const conclusionOf = (findings) => {
  if (findings.some(({ holds }) => holds === "no")) return "no";
  return findings.some(({ code, holds }) => holds === "open" && PROVEN.includes(code.split(".")[0])) ? "open" : "yes";
};

/** A list out of its short form: for each word one digit, how many letters it shares with the one before, and the rest. */
export const wordsOf = (coded) => {
  let before = "";
  return [...coded.matchAll(/([0-9])([a-z-]*)/g)].map(([, shared, rest]) => (before = before.slice(0, Number(shared)) + rest));
};

/** Six words of `list` (7,776) for a hash in hex: n = the hash as a number; six times word n mod 7776, n = n div 7776. */
export const sixWords = (hex, list) => {
  let number = isHex(hex, 32) ? BigInt(`0x${hex}`) : 0n;
  const chosen = [];
  for (let i = 0; i < 6; i += 1) {
    chosen.push(list[Number(number % BigInt(list.length))]);
    number /= BigInt(list.length);
  }
  return chosen.join(" ");
};
