/** What a witness hears once a talk was stopped. It stands on the list of sealed testimonies, and is gone when that is left. */

import { currentCard, one } from "../base/cards.js";
import { interviewing } from "../base/interview_state.js";
import { bringWords, sayIn, sayNothing } from "./prompts.js";

const place = () => one("[data-parting-words]");

/** `which`: "refused" or "kept". In `lang`, the witness's, where this phone has the words; in the interviewer's either way. */
export const sayParting = async (which, lang) => {
  const words = one(`[data-parting="${which}"]`).content.cloneNode(true);
  place().replaceChildren(words);
  place().hidden = false;
  const there = await bringWords(lang).then(() => true, () => false); // the interview is over, whether or not they come
  sayIn(there ? lang : undefined, place());
};

document.addEventListener("card-shown", () => {
  if (place().hidden || currentCard().dataset.card === "outbox") return;
  place().replaceChildren();
  place().hidden = true;
  if (!interviewing()) sayNothing(); // which language was spoken tells of a person
});
