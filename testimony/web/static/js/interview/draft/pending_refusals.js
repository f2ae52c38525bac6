/** Refusals that are owed: of interviews that were deleted while nobody could sign, counted when somebody can. DOM-free. */

import { refusedByPhone } from "../node/phone_store.js";

const owedIn = async ({ store }) => (await store.read("settings", "owed")) ?? {};

const today = () => new Date().toISOString().slice(0, 10);

/** Delete the draft for good; that its refusal is owed since today is noted before, in one stroke with its end. */
export const deleteDraft = async (phone, { id, wrap }) => {
  const owed = { ...(await owedIn(phone)), [id]: today() };
  await phone.store.writeTogether([["settings", "owed", owed], ["settings", `done-${id}`, true], ...phone.stock.ending(wrap?.share)]);
  await phone.drafts.clear(id);
};

/** Count what is owed, now that the keys are open. */
export const payOwed = async (phone) => {
  const owed = Object.entries(await owedIn(phone));
  if (owed.length === 0) return;
  const vault = await phone.vault();
  try {
    for (const [draft, day] of owed) await phone.outbox.put(await vault.call("refusal", { day, draft }), draft);
    await phone.store.write("settings", "owed", {});
  } catch (error) {
    if (!refusedByPhone(error)) throw error; // full: the debt stands where it stood, is paid the next time, and counts once
  }
};
