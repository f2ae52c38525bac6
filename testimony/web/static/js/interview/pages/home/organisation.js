/** "Is this your organisation?": the fingerprint of the root that this phone has pinned, as words, as a picture and in hex. */

import { one, pageData } from "../base/cards.js";
import { fingerprintWords, inFours } from "../../node/fingerprint.js";
import { drawQr } from "../base/qr.js";

/** Open or close it. It is worked out here, from what this phone verified and pinned. */
export const showOrganisation = async (button, phone) => {
  const place = button.nextElementSibling;
  place.hidden = !place.hidden;
  button.setAttribute("aria-expanded", String(!place.hidden));
  const print = phone.trust?.trust.fingerprint;
  one("[data-print-none]", place).hidden = Boolean(print);
  one("[data-print]", place).hidden = !print;
  if (place.hidden || !print) return;
  const list = (await (await fetch(pageData().urls.words)).text()).split("\n");
  one("[data-print-words]", place).textContent = fingerprintWords(print, list);
  one("[data-fingerprint]", place).textContent = inFours(print);
  await drawQr(one("[data-print-qr]", place), print.toUpperCase(), { encoding: "alphanumeric", ecc: "medium" });
};
