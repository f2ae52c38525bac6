/** The interview for whoever signed in: begin one, come back to one, leave it. Loading it brings the acts of its cards. */

import "./answering-page.js";
import { failed, show } from "./cards-page.js";
import { askIfOld } from "./ending-page.js";
import { beginDraft, resumeDraft } from "./saving-page.js";
import { refresh } from "./showing-page.js";
import { interviewing, sitting } from "./sitting-page.js";

export { flush, leave } from "./saving-page.js";
export { clearPage, prepareCards } from "./showing-page.js";
export { interviewing };

/** Start an interview. Returns the session that it belongs to. */
export const begin = async (phone, session) => {
  const begun = await beginDraft(phone, session);
  await refresh();
  return begun;
};

/** Go on with the draft on this phone. */
export const resume = async (phone, session) => {
  await resumeDraft(phone, session);
  await refresh();
  askIfOld();
};

document.addEventListener("language-changed", () => {
  if (!interviewing()) return;
  show(sitting.state.card);
  refresh().catch(failed);
});
