/** Recordings and pictures on their way: after all text, one piece at a time, resumed where they stopped. DOM-free and storage-free. */

import { DAMAGED, deliver, lackingAt, readAnswer, sendText } from "./delivery.js";
import { readFrames, writeFrames } from "../node/frames.js";
import { AnswerDamaged } from "../node/node.js";
import { objectsAt } from "../media/sealed_pieces.js";

/** For one piece on a slow link. */
const BATCH_TIMEOUT_MS = 180_000;
/** Pieces after which the list remembers how many are left: each time the whole entry is written. */
const NOTED = 16;
/** The node has room for text and none for media. */
const FULL = "full";

/** Which names of each piece the node lacks: [[boolean]]; and whether it lacks anything of the text. */
const lackingOf = async (entry, node) => {
  const bits = await lackingAt(node, [...entry.names, ...entry.media.pieces.flat()]);
  let at = entry.names.length;
  const pieces = entry.media.pieces.map((names) => bits.slice(at, (at += names.length)));
  return { text: bits.slice(0, entry.names.length).includes(true), pieces };
};

/** The receipt, asked for by sending the record again: it comes when everything is there. */
const askReceipt = async (entry, node, verify) => {
  const [record] = (await readFrames(entry.container)).frames;
  return (await readAnswer(await node.batch(await writeFrames([record])), entry, verify)).proof;
};

const KEPT = new Set(["NodeRefused", "AnswerDamaged", "EntryDamaged"]);

/** Send one piece: {proof, rule, withdrawn}. */
const sendPiece = async (entry, place, missing, { bin, node, verify }) => {
  const objects = await objectsAt(bin, place, entry.media.pieces[place]);
  if (objects === null) return { rule: DAMAGED };
  const frames = objects.filter((_, i) => missing[i]).map((payload) => ({ kind: "object", payload }));
  const { proof, refused, statuses } = await readAnswer(await node.batch(await writeFrames(frames), BATCH_TIMEOUT_MS), entry, verify);
  if (statuses.length < frames.length) throw new AnswerDamaged();
  return { proof, rule: refused?.rule ?? null, withdrawn: statuses.some(({ status }) => status === "withdrawn") };
};

/** Send what the node lacks of one entry: {state} when a receipt names all of it, else {rule} of what holds it up, if anything does. */
const sendMedia = async (entry, options) => {
  const { node, verify, between, told, pace } = options;
  const lacking = await lackingOf(entry, node);
  if (lacking.text) {
    const { state, rule, text } = await sendText(entry, node, verify); // another node than the one that has the text
    if (state !== "waiting" || !text) return { state: state === "waiting" ? null : state, rule };
  }
  const places = lacking.pieces.flatMap((names, place) => (names.includes(true) ? [place] : []));
  let [left, held] = [places.length, null];
  await told(left);
  for (const place of places) {
    await between();
    const { proof, rule, withdrawn } = await sendPiece(entry, place, lacking.pieces[place], options);
    if (proof?.state) return proof;
    if (withdrawn) break; // the receipt that ends it comes with the record
    held = rule ?? held;
    if (rule) continue;
    pace.arrived();
    await told((left -= 1));
  }
  return held ? { rule: held } : askReceipt(entry, node, verify);
};

/** Like `sendMedia`; what the node does not take waits and holds back no other. A full one is told as such. */
const sendOrKeep = async (entry, options) => {
  try {
    return await sendMedia(entry, options);
  } catch (error) {
    if (!KEPT.has(error.name)) throw error;
    return { rule: error.full ? FULL : error.rule };
  }
};

/**
 * Send the media of every entry whose text the node did not refuse, in the order of `outbox`, after `deliver`. What is new meanwhile goes first, between two pieces.
 * Beside what `deliver` is given: `openBin(id)` gives what holds the pieces, `drop(id)` throws it away after the receipt for everything,
 * `pace` is a `paceOf`. `progress(entry, done, total, {piece, pieces})`. Rejects when the node is out of reach; the pace then knows it.
 */
export const deliverMedia = async ({ outbox, node, verify, openBin, drop, pace, progress = (/** @type {any[]} */ ..._entry) => null }) => {
  const entries = (await outbox.all()).filter(({ media, rule }) => media && !rule);
  const known = new Set(await outbox.ids());
  const between = async () => {
    if ((await outbox.ids()).some((id) => !known.has(id))) await deliver({ outbox, node, verify, progress, known });
  };
  for (const [done, entry] of entries.entries()) {
    const pieces = entry.media.pieces.length;
    let { left } = entry.media;
    const told = async (now) => {
      progress(entry, done, entries.length, { piece: pieces - now, pieces });
      left = now;
      if (now % NOTED === 0) await outbox.note(entry.id, { left });
    };
    try {
      const { state = null, rule = null } = await sendOrKeep(entry, { bin: await openBin(entry.media.bin), node, verify, between, told, pace });
      if (state) await outbox.settle(entry.id, state, null).then(() => drop(entry.media.bin));
      else await outbox.note(entry.id, { left, rule });
      if (!state) pace.failed();
      if (rule === FULL) return;
    } catch (error) {
      pace.failed();
      await outbox.note(entry.id, { left });
      throw error;
    }
  }
};
