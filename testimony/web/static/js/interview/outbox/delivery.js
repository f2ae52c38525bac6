/** Deliver the outbox: ask what the node lacks, send that, drop an entry on its verified receipt. DOM-free and storage-free. */

import { readFrames, writeFrames } from "../node/frames.js";
import { AnswerDamaged } from "../node/node.js";
import { wholeOf } from "./store.js";

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

/** Names in one question: a long recording has two thousand, and a slow link little patience. */
const ASKED = 512;

/** Which of `names` the node lacks, one boolean each. */
export const lackingAt = async (node, names) => {
  const lacking = [];
  for (let at = 0; at < names.length; at += ASKED) {
    const share = names.slice(at, at + ASKED);
    const bits = await node.have(share);
    if (!/^([0-9a-f]{2})*$/.test(bits)) throw new AnswerDamaged();
    lacking.push(...lackingBits(bits, share.length));
  }
  return lacking;
};

/** The frames of `entry`'s text that the node lacks. The record always goes, so that a lost receipt is given again. */
const framesFor = async (entry, node) => {
  const { frames, whole } = await readFrames(entry.container);
  if (!whole || entry.names?.length !== frames.length) throw new EntryDamaged();
  const lacking = await lackingAt(node, entry.names);
  return frames.filter((_, i) => i === 0 || lacking[i]);
};

/** What an answer says: {statuses, proof}, `proof` as `provedBy` gives it. */
export const readAnswer = async (bytes, entry, verify) => {
  const { frames } = await readFrames(bytes);
  const statuses = statusesIn(frames);
  const withdrawn = new Set(statuses.filter(({ status }) => status === "withdrawn").map(({ name }) => name));
  const payloads = frames.filter((frame) => frame.kind === "record").map(({ payload }) => payload);
  return { statuses, refused: statuses.find((status) => !DONE.has(status.status)), proof: await provedBy(payloads, entry, withdrawn, verify) };
};

/**
 * What the receipts in `payloads` prove of `entry`: {state} for everything, {text} for its text alone, both "node" or "headquarters".
 * `withdrawn` are names that the node says were withdrawn: a receipt need not name those, and {state: "withdrawn"} is proved by any where
 * the entry's own is among them.
 */
export const provedBy = async (payloads, entry, withdrawn, verify) => {
  const gone = withdrawn.has(entry.id);
  const left = (names) => names.filter((name) => !withdrawn.has(name));
  let proof = {};
  for (const payload of payloads) {
    const signer = await verify(payload, { recordId: entry.id, parts: gone ? null : left(wholeOf(entry)) });
    if (signer) return { state: gone ? "withdrawn" : PROVES[signer] };
    const textAt = entry.media && (await verify(payload, { recordId: entry.id, parts: left(entry.names.slice(1)) }));
    if (textAt) proof = { text: PROVES[textAt] };
  }
  return proof;
};

/**
 * What became of one entry: {state, rule} and, of one with media, `text`. Its state is "waiting", "node", "headquarters" or "withdrawn".
 * @type {(entry: any, node: any, verify: any) => Promise<{state: string, rule: string | null, text?: boolean}>}
 */
export const sendText = async (entry, node, verify) => {
  const { refused, proof } = await readAnswer(await node.batch(await writeFrames(await framesFor(entry, node))), entry, verify);
  if (proof.state) return { state: proof.state, rule: null };
  return { state: "waiting", rule: refused ? refused.rule : null, ...proof };
};

const KEPT = new Set(["NodeRefused", "EntryDamaged", "AnswerDamaged"]);

/**
 * Like `sendText`; what the node does not take, answers nonsense to, or this phone cannot read, waits and holds back no other.
 * @type {typeof sendText}
 */
const sendOrKeep = async (entry, node, verify) => {
  try {
    return await sendText(entry, node, verify);
  } catch (error) {
    if (!KEPT.has(error.name)) throw error;
    return { state: "waiting", rule: error.rule };
  }
};

/** One whose text is safe waits for its media, which go by themselves: interview/outbox/media_delivery.js. */
const textIsSafe = ({ media }) => Boolean(media?.text);

/**
 * Send every waiting entry, of one with media the text. `outbox` gives `all()`, `settle(id, state, rule)` and `note(id, known)`; `node` gives
 * `have(names)` -> bitmap hex and `batch(bytes)` -> bytes, both rejecting when the node is out of reach; `verify(record bytes, wanted)` ->
 * "node" or "central", whoever signed the receipt, or null. `progress(entry, done, total)` is told before each is sent. `known` are ids
 * that are not sent. An entry the node refuses never holds back the others. Returns how many still wait.
 */
export const deliver = async ({ outbox, node, verify, progress = (/** @type {any[]} */ ..._entry) => null, known = new Set() }) => {
  const entries = (await outbox.all()).filter((entry) => !known.has(entry.id));
  const texts = entries.filter((entry) => !textIsSafe(entry));
  let waiting = entries.length;
  for (const [done, entry] of texts.entries()) {
    progress(entry, done, texts.length);
    known.add(entry.id);
    const { state, rule, text } = await sendOrKeep(entry, node, verify);
    await outbox.settle(entry.id, state, rule);
    if (text) await outbox.note(entry.id, { text });
    if (state !== "waiting") waiting -= 1;
  }
  return waiting;
};
