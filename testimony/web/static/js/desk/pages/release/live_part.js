/**
 * Renews a part of a page after a sync, for example when a colleague's order came. It only offers the news while somebody
 * fills the part in, and where nobody uses the page: a request would count as use of the key.
 */

import { serve } from "../export/picker.js";
import { isAttended } from "../session/attention.js";

const LIVE = "[data-live]";
const said = document.querySelector("[data-live-said]");
const offer = /** @type {HTMLButtonElement} */ (document.querySelector("[data-act=show-live]"));
let touched = false;

const part = () => document.querySelector(LIVE);
const words = (element) => element.textContent.replace(/\s+/g, " ").trim();

/**
 * The same part of the page as the desk shows it now; null where it says the same, or where the desk gives no such page:
 * sync.js says what is wrong then. A browser reads no page out of a text here (trusted types), so it is asked for as one.
 * @returns {Promise<Element | null>}
 */
const fresh = () =>
  new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.onloadend = () => {
      const found = request.status === 200 ? request.response?.querySelector(LIVE) : null;
      done(found && words(found) !== words(part()) ? document.adoptNode(found) : null);
    };
    request.send();
  });

const put = (found) => {
  part().replaceWith(found);
  for (const place of found.querySelectorAll("[data-picking]")) serve(place);
  touched = false;
  said.textContent = words(found.querySelector("[data-next], .next") ?? found).slice(0, 200);
};

const follow = async () => {
  if (!isAttended()) {
    offer.hidden = false;
    return;
  }
  const found = await fresh();
  if (!found) return;
  if (touched || part().contains(document.activeElement)) offer.hidden = false;
  else put(found);
};

document.addEventListener("input", (event) => {
  if (/** @type {HTMLElement} */ (event.target).closest(LIVE)) touched = true;
});
document.addEventListener("arrived", follow);
document.addEventListener("exchanged", follow);
offer.addEventListener("click", async () => {
  const found = await fresh();
  if (found) put(found);
  /** @type {HTMLElement} */ (part()).focus();
  offer.hidden = true;
});
