/** The guide: ten cards with a picture each, one at a time, and back to where somebody came from. */

import { all, cardNamed, currentCard, on, one, show } from "../base/cards.js";
import { loadPractice } from "../base/fragments.js";

const SIGN_IN = "sign-in";
const cards = () => all("[data-guide]").map(({ dataset }) => dataset.card);

/** The card from which the guide was opened. */
let from = SIGN_IN;

const step = (by) => {
  const names = cards();
  const next = names[names.indexOf(currentCard().dataset.card) + by];
  show(next ?? from);
};

/** Open the guide over the card that is shown. A practice begins only where nobody is signed in. */
export const openGuide = async () => {
  await loadPractice();
  from = currentCard().dataset.card;
  one('[data-act="practise"]', cardNamed(cards().at(-1))).hidden = from !== SIGN_IN;
  show(cards()[0]);
};

on({
  "guide-back": () => step(-1),
  "guide-next": () => step(1),
  "guide-close": () => show(from),
});
