/** Hand a file's testimonies to a node, one after the other, and gather the receipts. DOM-free. */

import { readFrames, writeFrames } from "../interview/framing.js";
import { sha256Hex } from "../sealing/hashing.js";

const LARGEST = 512 * 1024;
const SHARE = 64;
const text = (bytes) => new TextDecoder().decode(bytes);

/** Each record with the objects behind it, from the frames of a file; `torn` is set when the file ends before its end. */
async function* groupsOf(frames, report) {
  let group = [];
  for await (const frame of frames) {
    if (frame.kind === "torn") report.torn = true;
    if (frame.kind === "record" && group.length > 0) yield group.splice(0);
    if (frame.kind === "record" || (frame.kind === "object" && group.length > 0)) group.push(frame);
  }
  if (group.length > 0) yield group;
}

/** `group` in containers that a node takes. The record leads the first; a node knows it by the time the others come. */
const containersOf = (group) => {
  const containers = [[]];
  let size = 0;
  for (const frame of group) {
    if (size > 0 && size + frame.payload.length > LARGEST) {
      containers.push([]);
      size = 0;
    }
    containers.at(-1).push(frame);
    size += frame.payload.length;
  }
  return containers;
};

/** The name of a record: the hash of what was signed. */
const nameOf = (payload) => {
  try {
    return sha256Hex(new TextEncoder().encode(JSON.parse(text(payload)).record));
  } catch {
    return ""; // no record at all: the node says so, and it needs no name
  }
};

const recordIn = (receipt) => JSON.parse(JSON.parse(text(receipt)).record).record;

const handOne = async (group, node, report) => {
  const name = nameOf(group[0].payload);
  for (const container of containersOf(group)) {
    const { frames } = await readFrames(await node.batch(await writeFrames(container)));
    for (const { kind, payload } of frames) {
      const said = kind === "status" ? JSON.parse(text(payload)) : null;
      if (said?.status === "refused" && !report.refused.has(name)) report.refused.set(name, said.rule);
      if (kind !== "record") continue;
      report.receipts.push(payload);
      report.held.add(recordIn(payload));
    }
  }
  report.records += 1;
};

/** Central's receipts for what it has already: they bring the phone's entries further than the node's. */
const askCentral = async (node, report) => {
  const names = [...report.held];
  for (let at = 0; at < names.length; at += SHARE) {
    const answer = await node.whereabouts(names.slice(at, at + SHARE));
    for (const { receipt } of Object.values(answer)) if (receipt) report.receipts.push(new TextEncoder().encode(JSON.stringify(receipt)));
  }
};

/**
 * Hand in what `frames` (of a file) hold: {records, held, refused, receipts, torn}; `refused` maps a record's name to the rule.
 * `node` gives `batch(bytes)` and `whereabouts(names)`; `progress(report)` is told after each record. What was handed in before
 * the node went away stays there; the same file again brings the rest and the receipts of all.
 */
export const handIn = async ({ frames, node, progress = () => null }) => {
  const report = { records: 0, held: new Set(), refused: new Map(), receipts: [], torn: false };
  for await (const group of groupsOf(frames, report)) {
    await handOne(group, node, report);
    progress(report);
  }
  await askCentral(node, report);
  return report;
};

/** The receipts as a file that the phone reads back. */
export const receiptsFile = (report) => writeFrames(report.receipts.map((payload) => ({ kind: "record", payload })));
