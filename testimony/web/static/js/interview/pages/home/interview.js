/** The interview for whoever signed in: begin one, come back to one, leave it. Loading it brings the acts of its cards. */

import { toCardBefore } from "../cards/answer_entry.js";
import "../cards/consent.js";
import "../cards/listener.js";
import { guardBack } from "../base/back_guard.js";
import { settleCapture } from "../media/capture.js";
import { complain, currentCard, failed, one, pageData, show, word } from "../base/cards.js";
import { askIfOld, askToStop } from "./completion.js";
import { comingBack } from "../../form/further.js";
import { lacking } from "../../form/flow.js";
import { warnOfRoom } from "./storage.js";
import { beginDraft, resumeDraft } from "../cards/autosave.js";
import { onThisPage, saidBy } from "../../consent/script_record.js";
import { go, prepareCards, refresh, whenEntered } from "../cards/card.js";
import { answers, interviewing, path, readCards, sitting, today } from "../base/interview_state.js";

export { settleOverdue } from "./overdue_drafts.js";
export { flush, leave, strengthen } from "../cards/autosave.js";
export { clearPage } from "../cards/card.js";
export { interviewing, prepareCards, settleCapture };

/** The id of the draft at work; null when nobody is interviewed. */
export const working = () => sitting.id;

/** Whether what is said on this page can be sealed, by these keys and to those whom it names; it says so when not. */
const wordsHold = async (phone) => {
  const { short } = await (await phone.vault()).call("readers", { purposes: ["P01"], said: pageData().roster });
  const why = { words: "words_old", revoked: "keys_ended" }[short];
  if (why) complain(word(why));
  return !why;
};

/** To the card before this one; on the first one it asks whether to stop. */
export const stepBack = async () => (await toCardBefore()) || askToStop();

/** Forget what another event of the witness who just ended would begin with. */
export const forgetFurther = () => {
  sitting.further = null;
};

/** Start an interview. Returns its draft; null when none can begin with the words of this page. `given`: what its state holds already. */
export const begin = async (phone, person, given = null) => {
  await prepareCards();
  if (!(await wordsHold(phone))) return null;
  const entry = await beginDraft(phone, person);
  Object.assign(sitting.state, given);
  forgetFurther();
  sitting.state.said = saidBy(pageData());
  guardBack();
  await refresh();
  if (!entry.wrap.share && phone.trust.trust.shares) complain(word("share_lacks"), true, one("h2", currentCard())); // above the question, which it does not stop
  return entry;
};

/** Start with a witness who comes back: a whole interview, under the code of the testimony `manifest`, whose note holds its keys `packed`. */
export const beginAgain = async (phone, person, { packed, manifest, mark }) => {
  const entry = await begin(phone, person, comingBack(packed, manifest));
  if (entry) await mark(entry.begun);
  return entry;
};

/** Start with another event of the witness who just ended, at the story: what was told and agreed to stands. */
export const beginFurther = async (phone, person) => {
  const { further } = sitting;
  if (!further) return null;
  await prepareCards();
  if (!(await wordsHold(phone))) return null;
  const entry = await beginDraft(phone, person);
  Object.assign(sitting.state, further);
  forgetFurther();
  readCards();
  sitting.state.card = path().find(({ coded }) => coded).id;
  guardBack();
  await refresh();
  return entry;
};

/** Show the interview; what was agreed to under words that name somebody else now is asked again, before anything else. */
const showHere = async () => {
  await prepareCards();
  const { state, again } = onThisPage(sitting.state, pageData(), today());
  sitting.state = state;
  await refresh();
  if (again.length === 0) return;
  await go(path().find((card) => lacking(card, answers()).length > 0)?.id);
  complain(word("words_changed"));
};

/** Go on with a draft on this phone; one that turns out to be unreadable is said to be, and left as it is. */
export const resume = async (phone, person, entry) => {
  if (!(await resumeDraft(phone, person, entry))) {
    entry.state = "unreadable";
    return complain(word("draft_unreadable"));
  }
  guardBack();
  await showHere();
  return askIfOld();
};

whenEntered(warnOfRoom);

document.addEventListener("language-changed", () => {
  if (!interviewing()) return;
  show(sitting.state.card);
  showHere().catch(failed);
});
