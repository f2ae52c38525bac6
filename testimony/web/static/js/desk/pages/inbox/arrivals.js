/**
 * What came while the reader reads: offered, and shown when they press the button. Until then no row moves. Where nobody is
 * at the page it waits for them: asking would count as use of the key.
 */

import { whenAttended } from "../session/attention.js";
import { ask, asking, complain, fill, known, list, place, post, redraw, rows } from "./inbox.js";

const offer = place.querySelector("[data-offer]");
const button = offer.querySelector("button");
const nothing = place.querySelector("[data-nothing]");

/** The page that is shown, as it is now; what came is opened first. */
const now = async () => {
  for (let before = -1; ; ) {
    const answer = await post(place.dataset.rows, { ...asking(), page: known.page, read: true });
    if (answer.read >= answer.total || answer.read === before) return answer;
    before = answer.read;
  }
};

const look = async () => {
  try {
    if (!nothing.hidden) return await ask({ read: true }); // no row is there that could move
    const answer = await now();
    redraw(answer.rows);
    const fresh = answer.found - known.found;
    button.textContent = fill(offer.dataset.words, { number: new Intl.NumberFormat(document.documentElement.lang).format(fresh) });
    button.hidden = fresh < 1;
  } catch (error) {
    complain(error);
  }
};

document.addEventListener("synced", () => (nothing.textContent = nothing.dataset.ended));
document.addEventListener("arrived", () => whenAttended(look));
list.addEventListener("shown", () => (button.hidden = true)); // the list shows everything again
button.addEventListener("click", async () => {
  await ask();
  /** @type {HTMLElement | null} */ (rows()[0]?.querySelector("a"))?.focus();
});
