/** Deliver the outbox: ask what the node lacks, send that, drop an entry on its verified receipt. DOM-free and storage-free. */

import { readFrames, writeFrames } from "./framing.js";
import { AnswerDamaged } from "./node.js";

const text = (bytes) => new TextDecoder().decode(bytes);
const DONE = new Set(["stored", "duplicate", "withdrawn"]);

/** True for each of `count` names whose bit is set in the node's bitmap (bit 0 is the first byte's highest). */
export const lackingBits = (hex, count) =>
  Array.from({ length: count }, (_, i) => ((parseInt(hex.slice((i >> 3) * 2, (i >> 3) * 2 + 2), 16) >> (7 - (i & 7))) & 1) === 1);

/** The rule by which such an entry waits. */
export const DAMAGED = "damaged.here";

/** An entry of the outbox whose bytes this phone cannot read any more. */
export class EntryDamaged extends Error {
  constructor() {
    super("outbox entry damaged");
    this.name = "EntryDamaged";
    this.rule = DAMAGED;
  }
}

/** What a verified receipt proves, by the kind of station that signed it. */
export const PROVES = { node: "node", central: "headquarters" };

const statusFrom = ({ payload }) => {
  try {
    return { ...JSON.parse(text(payload)) };
  } catch {
    throw new AnswerDamaged();
  }
};
const statusesIn = (frames) => frames.filter((f) => f.kind === "status").map(statusFrom);

/** The frames of `entry` that the node lacks. The record always goes, so that a lost receipt is given again. */
const framesFor = async (entry, node) => {
  const { frames, whole } = await readFrames(entry.container);
  if (!whole || entry.names?.length !== frames.length) throw new EntryDamaged();
  const bits = await node.have(entry.names);
  if (!/^([0-9a-f]{2})*$/.test(bits)) throw new AnswerDamaged();
  const lacking = lackingBits(bits, entry.names.length);
  return frames.filter((_, i) => i === 0 || lacking[i]);
};

/** What became of one entry: "waiting", "node", "headquarters", "withdrawn" or the rule by which the node refused it. */
const sendOne = async (entry, node, verify) => {
  const answer = await readFrames(await node.batch(await writeFrames(await framesFor(entry, node))));
  const statuses = statusesIn(answer.frames);
  const refused = statuses.find((status) => !DONE.has(status.status));
  const withdrawn = statuses.some((status) => status.name === entry.id && status.status === "withdrawn");
  for (const frame of answer.frames.filter((f) => f.kind === "record")) {
    const signer = await verify(frame.payload, { recordId: entry.id, parts: withdrawn ? null : entry.names.slice(1) });
    if (signer) return { state: withdrawn ? "withdrawn" : PROVES[signer], rule: null };
  }
  return { state: "waiting", rule: refused ? refused.rule : null };
};

const KEPT = new Set(["NodeRefused", "EntryDamaged", "AnswerDamaged"]);

/** Like `sendOne`; what the node does not take, answers nonsense to, or this phone cannot read, waits and holds back no other. */
const sendOrKeep = async (entry, node, verify) => {
  try {
    return await sendOne(entry, node, verify);
  } catch (error) {
    if (!KEPT.has(error.name)) throw error;
    return { state: "waiting", rule: error.rule };
  }
};

/**
 * Send every waiting entry. `outbox` gives `all()` and `settle(id, state, rule)`; `node` gives `have(names)` -> bitmap hex and
 * `batch(bytes)` -> bytes, both rejecting when the node is out of reach; `verify(record bytes, wanted)` -> "node" or "central",
 * whoever signed the receipt, or null. `progress(entry, done, total)` is told before each is sent.
 * An entry the node refuses never holds back the others. Returns how many still wait.
 */
export const deliver = async ({ outbox, node, verify, progress = () => null }) => {
  const entries = await outbox.all();
  let waiting = 0;
  for (const [done, entry] of entries.entries()) {
    progress(entry, done, entries.length);
    const { state, rule } = await sendOrKeep(entry, node, verify);
    await outbox.settle(entry.id, state, rule);
    if (state === "waiting") waiting += 1;
  }
  return waiting;
};
