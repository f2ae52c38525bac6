/** The encrypted draft: saved soon after every change, begun with the interview, and come back to. */

import { complain, flag, one, word } from "./cards-page.js";
import { interviewing, sitting } from "./sitting-page.js";

const SAVE_AFTER = 200;

let timer = null;
let saving = Promise.resolve();

const save = async () => {
  clearTimeout(timer);
  timer = null;
  const { state, wrap, draft, phone } = sitting;
  if (!state || !wrap) return;
  try {
    sitting.seq += 1;
    const { seq } = sitting;
    await draft.save(seq, await (await phone.vault()).call("snapshot", { seq, state }));
    if (timer === null) flag("saved", "yes");
  } catch (error) {
    flag("saved", "no");
    if (interviewing()) complain(word("not_saved"));
    if (error.name !== "QuotaExceededError" && error.name !== "VaultClosed") throw error;
  }
};

/** Save soon. */
export const touch = () => {
  flag("saved", "saving");
  clearTimeout(timer);
  timer = setTimeout(() => (saving = saving.then(save)), SAVE_AFTER);
};

/** Everything that waits to be saved, saved. */
export const flush = () => {
  if (timer !== null) saving = saving.then(save);
  return saving;
};

/** Save nothing more; resolves when what is being saved is. */
export const stopSaving = () => {
  clearTimeout(timer);
  timer = null;
  return saving;
};

const fresh = () => ({ answers: {}, card: "languages", started: new Date().toISOString(), finished: null, partial: false, code: null, asked: {} });

const adopt = (phone, { draft, wrap, person }, state, seq) => Object.assign(sitting, { phone, draft, wrap, person, state, seq });

/** Start an interview; the draft exists from its first moment. Returns the session that it belongs to. */
export const beginDraft = async (phone, session) => {
  const wrap = await (await phone.vault()).call("begin");
  await session.draft.begin(wrap);
  adopt(phone, { ...session, wrap }, fresh(), 0);
  return { ...session, wrap };
};

/** Go on with the draft on this phone: the newer snapshot, or the one before it when the power went while it was written. */
export const resumeDraft = async (phone, session) => {
  const vault = await phone.vault();
  let [held, number] = [fresh(), 0];
  for (const { seq: at, bytes } of (await session.draft.snapshots()).reverse()) {
    const read = await vault.call("openSnapshot", { seq: at, bytes }).catch(() => null);
    if (read !== null) [held, number] = [read, at];
  }
  adopt(phone, session, held, number);
};

/** Forget the interview in memory; its draft stays. */
export const leave = () => {
  stopSaving();
  Object.assign(sitting, { state: null, wrap: null });
  one("dialog[open]")?.close();
};
