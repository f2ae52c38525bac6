/** The encrypted draft at work: saved soon after every change, begun with the interview, and come back to. */

import { complain, flag, one, pageData, word } from "../base/cards.js";
import { claim } from "../../draft/locks.js";
import { forgetNoted, noteAnswers } from "./earlier_questions.js";
import { isUnreadable, moveDraft, readDraft } from "../../draft/key_shares.js";
import { inTurn } from "../../draft/turns.js";
import { interviewing, sitting } from "../base/interview_state.js";

const SAVE_AFTER = 200;
const TRY_AGAIN = 3000;

let timer = null;
let saving = Promise.resolve();
let complained = false;

/** After the one before, whatever came of that. */
const saveNext = () => (saving = saving.then(save, save));

const later = (wait) => {
  clearTimeout(timer);
  timer = setTimeout(saveNext, wait);
};

const saved = () => {
  if (timer === null) flag("saved", "yes");
  if (complained) complain("");
  complained = false;
};

/** The phone did not take it, for want of room or whyever: what is typed stays on the screen, and is tried again until it is kept. */
const notSaved = (error) => {
  flag("saved", "no");
  if (!interviewing() || error.name === "VaultClosed") return;
  if (error.name !== "QuotaExceededError") flag("failed", error.name);
  complain(word(error.name === "QuotaExceededError" ? "not_saved" : "not_saved_yet"));
  complained = true;
  later(TRY_AGAIN);
};

/** Never rejects: whoever waits for it has more to do than to hear of it, and must be able to. */
const save = async () => {
  clearTimeout(timer);
  timer = null;
  const { state, wrap, draft, phone } = sitting;
  if (!state || !wrap) return;
  try {
    noteAnswers(state);
    const seq = sitting.seq + 1;
    await draft.save(seq, await (await phone.vault()).call("snapshot", { draft: wrap.id, seq, state }));
    sitting.seq = seq; // only now: a try that failed must not turn the next one on the slot with the newest words
    saved();
  } catch (error) {
    notSaved(error);
  }
};

/** Save soon: counted from the first change that is not saved, or whoever types on and on would never be. */
export const touch = () => {
  flag("saved", "saving");
  if (timer === null) later(SAVE_AFTER);
};

/** Everything that waits to be saved, saved. */
export const flush = () => {
  if (timer !== null) saveNext();
  return saving;
};

/** Save nothing more; resolves when what is being saved is. */
export const stopSaving = () => {
  clearTimeout(timer);
  timer = null;
  return saving;
};

const fresh = (begun) => ({
  answers: {}, card: "languages", started: begun, finished: null, partial: false, code: null, asked: {}, form: { id: pageData().form.id, sha256: pageData().form.sha256 },
});

const adopt = (phone, person, { id, draft, wrap }, state, seq) => Object.assign(sitting, { phone, draft, wrap, person, state, seq, id });

/** Start an interview; the draft exists from its first moment, with a share of the node where a key for one is left. */
export const beginDraft = async (phone, person) => {
  const begun = new Date().toISOString();
  const { shares, sitting: forSitting } = phone.trust.trust;
  const key = shares ? await phone.stock.take(person) : null;
  const wrap = await (await phone.vault()).call("begin", { key, begun, sitting: forSitting });
  await claim(wrap.id);
  const entry = { id: wrap.id, draft: await phone.drafts.begin(wrap, person, { begun }), wrap, state: "open", begun };
  adopt(phone, person, entry, fresh(begun), 0);
  return entry;
};

/**
 * Go on with `entry`: the newer snapshot, or the one before it when the power went while it was written; with nothing answered
 * only where there never was a snapshot. False, and nothing begun, when there are some and none opens.
 */
export const resumeDraft = async (phone, person, entry) => {
  if (await isUnreadable(phone, entry)) return false;
  const held = (await readDraft(phone, entry)) ?? { state: fresh(entry.begun), seq: 0 };
  adopt(phone, person, entry, held.state, held.seq);
  return true;
};

/** The draft at work was begun without a share, and the node is near: begin it again with one, between two savings. */
export const strengthen = (entry) => {
  const moving = async () => {
    const { phone, person, wrap, state } = sitting;
    if (wrap?.id !== entry.id || !(await moveDraft(phone, person, entry, state))) return;
    Object.assign(sitting, { draft: entry.draft, wrap: entry.wrap, id: entry.id, seq: 1 });
  };
  const moved = saving.then(() => inTurn(moving));
  saving = moved.then(() => undefined, () => undefined);
  return moved;
};

/** Forget the interview in memory; its draft stays. */
export const leave = () => {
  stopSaving();
  Object.assign(sitting, { state: null, wrap: null, id: null });
  document.dispatchEvent(new CustomEvent("interview-left"));
  forgetNoted();
  one("dialog[open]")?.close();
};
