/** The interview for whoever signed in: begin one, come back to one, leave it. Loading it brings the acts of its cards. */

import "./answering-page.js";
import "./consent-page.js";
import { guardBack } from "./backstep-page.js";
import { complain, failed, show, word } from "./cards-page.js";
import { askIfOld } from "./ending-page.js";
import { warnOfRoom } from "./keeping-page.js";
import { beginDraft, resumeDraft } from "./saving-page.js";
import { prepareCards, refresh, whenEntered } from "./showing-page.js";
import { interviewing, sitting } from "./sitting-page.js";

export { settleOverdue } from "./overdue-page.js";
export { flush, leave, strengthen } from "./saving-page.js";
export { clearPage } from "./showing-page.js";
export { interviewing, prepareCards };

/** The id of the draft at work; null when nobody is interviewed. */
export const working = () => sitting.id;

/** Start an interview. Returns its draft. */
export const begin = async (phone, person) => {
  await prepareCards();
  const entry = await beginDraft(phone, person);
  guardBack();
  await refresh();
  if (!entry.wrap.share && phone.trust.trust.shares) complain(word("share_lacks"));
  return entry;
};

/** Go on with a draft on this phone; one that turns out to be unreadable is said to be, and left as it is. */
export const resume = async (phone, person, entry) => {
  if (!(await resumeDraft(phone, person, entry))) {
    entry.state = "unreadable";
    return complain(word("draft_unreadable"));
  }
  guardBack();
  await refresh();
  return askIfOld();
};

whenEntered(warnOfRoom);

document.addEventListener("language-changed", () => {
  if (!interviewing()) return;
  show(sitting.state.card);
  refresh().catch(failed);
});
