/** "Is this your organisation?": the fingerprint of the root that this phone has pinned, as words, as a picture and in hex. */

import { one, pageData } from "../base/cards.js";
import { fingerprintWords, inFours } from "../../node/fingerprint.js";
import { drawQr } from "../base/qr.js";
import { digestOf, heldPages, SCANNED } from "../../node/page_files.js";

/** Open or close it. It is worked out here, from what this phone verified and pinned. */
export const showOrganisation = async (button, phone) => {
  const place = button.nextElementSibling;
  place.hidden = !place.hidden;
  button.setAttribute("aria-expanded", String(!place.hidden));
  const print = phone.trust?.trust.fingerprint;
  one("[data-print-none]", place).hidden = Boolean(print);
  one("[data-print]", place).hidden = !print;
  if (place.hidden) return;
  const list = (await (await fetch(pageData().urls.words)).text()).split("\n");
  await showPages(place, list);
  if (!print) return;
  one("[data-print-words]", place).textContent = fingerprintWords(print, list);
  one("[data-fingerprint]", place).textContent = inFours(print);
  await drawQr(one("[data-print-qr]", place), print.toUpperCase(), { encoding: "alphanumeric", ecc: "medium" });
};

/** The page that this phone keeps: its words, and an address at which another phone compares its own. */
const showPages = async (place, list) => {
  const [held] = await heldPages();
  one("[data-pages-print]", place).hidden = !held;
  if (!held) return;
  const digest = await digestOf(held.files);
  one("[data-pages-words]", place).textContent = fingerprintWords(digest, list);
  await drawQr(one("[data-pages-qr]", place), `${location.origin}${location.pathname}${SCANNED}${digest}`, { ecc: "medium" });
};
