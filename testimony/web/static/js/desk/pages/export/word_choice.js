/** Words of a text that are chosen one by one or several at once, with the mouse or the keyboard. */

export const isChosen = (word) => word.getAttribute("aria-selected") === "true";

/** The words of a sentence that were chosen, in groups that stand beside each other and are alike. */
export const groupsIn = (sentence, alike = (/** @type {any} */ _one, /** @type {any} */ _other) => true) => {
  const groups = [];
  let last = null;
  for (const word of sentence.children) {
    if (isChosen(word)) {
      if (last && alike(last, word)) groups.at(-1).push(word);
      else groups.push([word]);
    }
    last = isChosen(word) ? word : null;
  }
  return groups;
};

/** From where to where a group goes. */
export const placeOf = (group) => ({ start: Number(group[0].dataset.start), end: Number(group.at(-1).dataset.end) });

/** One place in the order of tabs for each sentence: the word that was gone to last. */
const go = (word) => {
  for (const one of word.parentElement.children) one.tabIndex = one === word ? 0 : -1;
  word.focus();
};

const wordOf = (event) => event.target.closest("[role=option]");

/** Lets `choose(word, chosen)` know of every word in `place` that a person chooses or leaves. */
export const choosingWords = (place, choose) => {
  const onKey = (event) => {
    const word = wordOf(event);
    if (!word) return;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      choose(word, !isChosen(word));
      return;
    }
    const forward = word.parentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const next = { [forward]: word.nextElementSibling, [back]: word.previousElementSibling }[event.key];
    if (!next) return;
    event.preventDefault();
    if (event.shiftKey) {
      choose(word, true);
      choose(next, true);
    }
    go(next);
  };
  place.addEventListener("click", (event) => {
    const word = wordOf(event);
    if (!word) return;
    go(word);
    choose(word, !isChosen(word));
  });
  place.addEventListener("keydown", onKey);
};
