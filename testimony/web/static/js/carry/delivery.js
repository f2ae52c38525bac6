/** Hand a file's testimonies to a node, one after the other, and gather the receipts. DOM-free. */

import { readFrames, writeFrames } from "../interview/node/frames.js";
import { sha256Hex } from "../sealing/base/hashes.js";

const LARGEST = 512 * 1024;
const SHARE = 64;
const text = (bytes) => new TextDecoder().decode(bytes);

/**
 * Each record with the objects behind it, in shares {begins, frames} that a node takes: a record begins the first, and the node knows
 * it by the time that the others come. One share is in memory. `torn` is set when the file ends before its end.
 */
async function* sharesOf(frames, report) {
  let [share, size] = [null, 0];
  for await (const frame of frames) {
    if (frame.kind === "torn") report.torn = true;
    const ends = frame.kind === "record" || (frame.kind === "object" && share && size > 0 && size + frame.payload.length > LARGEST);
    if (ends && share) yield share;
    if (ends) [share, size] = [{ begins: frame.kind === "record", frames: [] }, 0];
    if (!share || (frame.kind !== "record" && frame.kind !== "object")) continue;
    share.frames.push(frame);
    size += frame.payload.length;
  }
  if (share) yield share;
}

/** The name of a record: the hash of what was signed. */
const nameOf = (payload) => {
  try {
    return sha256Hex(new TextEncoder().encode(JSON.parse(text(payload)).record));
  } catch {
    return ""; // no record at all: the node says so, and it needs no name
  }
};

const recordIn = (receipt) => JSON.parse(JSON.parse(text(receipt)).record).record;

/** Hand one share in; `name` is its record's. */
const handOne = async (share, name, node, report) => {
  const { frames } = await readFrames(await node.batch(await writeFrames(share)));
  for (const { kind, payload } of frames) {
    const said = kind === "status" ? JSON.parse(text(payload)) : null;
    if (said?.status === "refused" && !report.refused.has(name)) report.refused.set(name, said.rule);
    if (kind !== "record") continue;
    report.receipts.push(payload);
    report.held.add(recordIn(payload));
  }
};

/** Central's receipts for what it has already: they bring the phone's entries further than the node's. */
const askCentral = async (node, report) => {
  const names = [...report.held];
  for (let at = 0; at < names.length; at += SHARE) {
    const answer = await node.whereabouts(names.slice(at, at + SHARE));
    for (const [name, { receipt, media }] of Object.entries(answer)) {
      if (receipt) report.receipts.push(new TextEncoder().encode(JSON.stringify(receipt)));
      if (media && media.here < media.all) report.held.delete(name); // its text alone is
    }
  }
};

/**
 * Hand in what `frames` (of a file) hold: {records, held, refused, receipts, torn}; `refused` maps a record's name to the rule.
 * `node` gives `batch(bytes)` and `whereabouts(names)`; `progress(report)` is told after each record, and between the shares of a large one. What was handed in before
 * the node went away stays there; the same file again brings the rest and the receipts of all.
 */
export const handIn = async ({ frames, node, progress = (_report) => null }) => {
  const report = { records: 0, held: new Set(), refused: new Map(), receipts: [], torn: false };
  let name = "";
  for await (const share of sharesOf(frames, report)) {
    if (share.begins) {
      name = nameOf(share.frames[0].payload);
      report.records += 1;
    }
    await handOne(share.frames, name, node, report);
    progress(report);
  }
  await askCentral(node, report);
  return report;
};

/** The receipts as a file that the phone reads back. */
export const receiptsFile = (report) => writeFrames(report.receipts.map((payload) => ({ kind: "record", payload })));
