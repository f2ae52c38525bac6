/** Choosing by faces: words narrow each list, and "only chosen" shows what the file will hold. */

import { filler } from "../../filled.js";

const fill = filler(document.documentElement.lang);

/** As the desk compares words: without accents, vowel signs and capitals. */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** One list, in the fieldset of its search field; without a fieldset all lists of the page. */
export const serve = (/** @type {HTMLElement} */ place) => {
  const whole = place.closest("fieldset") ?? document;
  const words = /** @type {HTMLInputElement} */ (place.querySelector("input[type=search]"));
  const only = /** @type {HTMLInputElement | null} */ (place.querySelector("[data-only-chosen]"));
  const chosen = /** @type {HTMLElement | null} */ (place.querySelector("[data-chosen]"));
  const lines = /** @type {HTMLElement[]} */ ([...whole.querySelectorAll("[data-picker] > :is(li, label)")]);
  const box = (line) => /** @type {HTMLInputElement | null} */ (line.querySelector("input"));
  const texts = new Map(lines.map((line) => [line, folded(line.textContent)]));

  const narrow = () => {
    const asked = folded(words.value).split(/\s+/).filter(Boolean);
    for (const line of lines) {
      const found = asked.every((word) => texts.get(line).includes(word)) && (only?.checked !== true || box(line).checked);
      line.hidden = !found && !(box(line)?.type === "radio" && box(line).checked); // what will be sent stays in sight
    }
    for (const part of whole.querySelectorAll("details:has([data-picker])")) {
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
};

for (const place of document.querySelectorAll("[data-picking]")) serve(/** @type {HTMLElement} */ (place));
