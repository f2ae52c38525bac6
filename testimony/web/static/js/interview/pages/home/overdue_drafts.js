/** Drafts older than a day, at the next unlock: sealed as far as they came if consent stands, destroyed if it was not given, and never silently. */

import { ageOf } from "../../draft/age.js";
import { claim, letGo } from "../../draft/locks.js";
import { inTurn } from "../../draft/turns.js";
import { sealed } from "./completion.js";
import { readDraft } from "../../draft/key_shares.js";
import { prepareCards } from "../cards/card.js";
import { consentRefused, consentStands, interviewing, readCards, sitting, today } from "../base/interview_state.js";

const borrow = (phone, person, { id, wrap, draft }, { state, seq }) => Object.assign(sitting, { phone, person, id, wrap, draft, state, seq });
const giveBack = () => Object.assign(sitting, { state: null, wrap: null, id: null });

/** Why a draft stays: something that was agreed to cannot be sealed now, and is not thrown away for that. */
const STUCK = ["lawyers", "size", "consent", "words", "revoked", "media"];

/** {what, entry} of the draft that `sitting` borrowed: "sealed", or "destroyed" with the refusal that counts it. */
const ended = async (phone, id) => {
  if (consentRefused()) return { what: "destroyed", entry: await (await phone.vault()).call("refusal", { day: today(), draft: id }) };
  if (!consentStands()) throw Object.assign(new Error("consent"), { reason: "consent" });
  sitting.state.partial = true;
  return { what: "sealed", entry: await sealed() };
};

const finish = async (phone, person, draft, held) => {
  borrow(phone, person, draft, held);
  try {
    const { what, entry } = await ended(phone, draft.id);
    const notice = ["notices", draft.id, { id: draft.id, person, what, begun: held.state.started }];
    await phone.outbox.put(entry, draft.id, [...phone.stock.ending(draft.wrap.share), notice]);
  } finally {
    giveBack();
  }
  await phone.drafts.clear(draft.id);
  await (await phone.vault()).call("forgetDraft", { draft: draft.id });
};

const settle = async (phone, session, entry) => {
  const held = await readDraft(phone, entry);
  if (!held) return false;
  try {
    await finish(phone, session.person, entry, held);
    return true;
  } catch (error) {
    if (!STUCK.includes(error.reason)) throw error;
    entry.stuck = error.reason; // it waits, and its line on the page says why
    return false;
  }
};

/** End what is overdue among the open drafts of `session`; those that stay keep why in `clock` or `stuck`. */
export const settleOverdue = async (phone, session) => {
  for (const entry of [...session.drafts]) {
    entry.clock = entry.begun !== null && ageOf(entry.begun, Date.now(), phone.trust.trust.began) === "clock";
    const due = entry.state === "open" && !entry.clock && ageOf(entry.begun, Date.now(), phone.trust.trust.began) === "old";
    if (!due || interviewing() || !(await claim(entry.id))) continue;
    await prepareCards();
    readCards();
    await inTurn(async () => {
      if (await settle(phone, session, entry)) session.drafts = session.drafts.filter(({ id }) => id !== entry.id);
    });
    letGo(entry.id);
  }
};
