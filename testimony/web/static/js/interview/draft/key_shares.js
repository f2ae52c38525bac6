/** What a node that is near does for drafts: opens their shares, fills the stock of keys, gives a share to those without. DOM-free. */

import { claim, letGo } from "./locks.js";
import { inTurn } from "./turns.js";

/** Why the node opened nothing, as the state that the draft is then in. */
const REFUSED = { "http.409": "elsewhere", "http.410": "gone" };

const inState = (drafts, wanted) => drafts.filter(({ state }) => state === wanted);

/** How many requests the node must take at once before something is done: one opens a draft, and what else there is goes together. */
export const requestsFor = (drafts) => (inState(drafts, "share").length > 0 ? 1 : inState(drafts, "elsewhere").length + 2);

/** Ask the node for the share of `entry`: {state, failed}. Rejects when the node is out of reach or asks to be asked later. */
const openShare = async (phone, entry) => {
  const { wrap } = entry;
  try {
    const share = await phone.node.openShare({ id: wrap.share.id, station: wrap.share.station, sealed: wrap.share.sealed });
    return { state: (await (await phone.vault()).call("openShared", { wrap, share })) ? "open" : "closed", failed: false };
  } catch (error) {
    if (REFUSED[error.rule]) return { state: REFUSED[error.rule], failed: false };
    if (error.name === "NodeRefused" && !error.later) return { state: entry.state, failed: error.failed }; // this one alone
    throw error;
  }
};

/**
 * The newest snapshot that opens: {state, seq}, where `seq` is the last number on the disk; null where none does. One that the
 * disk refused is written anew under its own number, or the next would fall on the slot with the newest words that are safe.
 */
export const readDraft = async (phone, { id, draft }) => {
  const vault = await phone.vault();
  for (const { seq, bytes, refused } of await draft.snapshots()) {
    const state = await vault.call("openSnapshot", { draft: id, seq, bytes }).catch((error) => {
      if (error.name !== "CannotOpen") throw error;
      return null; // torn by a power loss: the one before it is whole
    });
    if (state !== null) return { state, seq: refused ? seq - 1 : seq };
  }
  return null;
};

/** Whether there is something of `entry`, and none of it opens: then nothing may be written over it. */
export const isUnreadable = async (phone, entry) => (await entry.draft.snapshots()).length > 0 && (await readDraft(phone, entry)) === null;

/**
 * Begin `entry` again with `state` and a share, where a key is left: false where none is. What it stood in is thrown away; `was` is its
 * id of before, by which a line of the page may still name it.
 */
export const moveDraft = async (phone, person, entry, state) => {
  const key = await phone.stock.take(person);
  if (!key) return false;
  const vault = await phone.vault();
  const wrap = await vault.call("begin", { key, begun: state.started, sitting: phone.trust.trust.sitting });
  await claim(wrap.id);
  const first = await vault.call("snapshot", { draft: wrap.id, seq: 1, state });
  const begin = (beside) => phone.drafts.begin(wrap, person, { begun: state.started, first, replaces: entry.id, beside });
  const draft = await (await phone.media()).moving(entry.id, wrap.id, begin);
  await phone.drafts.clear(entry.id);
  await vault.call("forgetDraft", { draft: entry.id });
  letGo(entry.id);
  Object.assign(entry, { was: entry.id, id: wrap.id, draft, wrap, state: "open" });
  return true;
};

/** A draft that waits, begun without a share: begun again with one, unless it is at work in a window. */
const strengthen = async (phone, person, entry) => {
  if (!(await claim(entry.id))) return;
  await inTurn(async () => {
    const held = await readDraft(phone, entry);
    if (held) await moveDraft(phone, person, entry, held.state);
    letGo(entry.id);
  });
};

/**
 * All of it, once; `working()` is the id of the draft at work here by then, which its own page moves: an interview that is begun while
 * this waits for the node must not be moved under it. The node takes few requests of one person, so the drafts that somebody waits for come
 * first. Resolves to whether the node failed at a share. Rejects when it is away or asks to be asked later.
 */
export const meetNode = async (phone, session, working) => {
  let failedOnce = false;
  for (const entry of [...inState(session.drafts, "share"), ...inState(session.drafts, "elsewhere")]) {
    const { state, failed } = await openShare(phone, entry);
    entry.state = state;
    failedOnce ||= failed;
  }
  await phone.stock.settle(await phone.stock.fill(session.person, session.device));
  const weak = session.drafts.filter((entry) => entry.state === "open" && !entry.wrap.share);
  for (const entry of phone.trust.trust.shares ? weak : []) {
    if (entry.id !== working()) await strengthen(phone, session.person, entry);
  }
  return failedOnce;
};
