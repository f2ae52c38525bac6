/** Choosing testimonies by their faces: words narrow the list, and "only chosen" shows what the file will hold. */

import { filler } from "../../filled.js";

const fill = filler(document.documentElement.lang);
const place = /** @type {HTMLElement} */ (document.querySelector("[data-picking]"));
const words = /** @type {HTMLInputElement} */ (document.getElementById("pick-words"));

/** As the desk compares words: without accents, vowel signs and capitals. */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

if (place) {
  const only = /** @type {HTMLInputElement | null} */ (place.querySelector("[data-only-chosen]"));
  const chosen = /** @type {HTMLElement | null} */ (place.querySelector("[data-chosen]"));
  const lines = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-picker] > :is(li, label)")]);
  const box = (line) => line.querySelector("input[type=checkbox]");
  const texts = new Map(lines.map((line) => [line, folded(line.textContent)]));

  const narrow = () => {
    const asked = folded(words.value).split(/\s+/).filter(Boolean);
    for (const line of lines) {
      line.hidden = !asked.every((word) => texts.get(line).includes(word)) || (only?.checked === true && !box(line).checked);
    }
    for (const part of document.querySelectorAll("details:has([data-picker])")) {
      const found = [...part.querySelectorAll("[data-picker] > li")].some((line) => !(/** @type {HTMLElement} */ (line).hidden));
      if (asked.length) /** @type {HTMLDetailsElement} */ (part).open = found;
    }
  };
  const count = () => {
    if (chosen) chosen.textContent = fill(place.dataset.said, { number: lines.filter((line) => box(line).checked).length });
  };

  place.hidden = false;
  words.addEventListener("input", narrow);
  words.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault()); // it would send the form
  only?.addEventListener("change", narrow);
  document.addEventListener("change", count);
  count();
}
