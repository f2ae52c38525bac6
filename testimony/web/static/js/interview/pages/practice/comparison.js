/** After a practice: what the witness said and what was entered, fact by fact, for two people to talk about. Nobody is given marks. */

import { one, word } from "../base/cards.js";
import { answers, path } from "../base/interview_state.js";
import { askedIn } from "../cards/review.js";
import { answerText } from "../fields/fields.js";
import { comparable } from "../../practice/witness_lines.js";
import { witness } from "./witness.js";

const entered = (place, field) => answerText(place, answers()[field]) || word("practice_not_entered");

const rowOf = ({ field, line }) => {
  const { lang, dir } = witness();
  const row = one("[data-comparison-row]").content.firstElementChild.cloneNode(true);
  const place = one(`[data-card="${field}"] [data-field="${field}"]`);
  one("dt", row).textContent = askedIn(place);
  Object.assign(one("q", row), { lang, dir, textContent: line });
  one("[data-entered]", row).textContent = entered(place, field);
  return row;
};

/** Fill it while the answers are there. */
export const showComparison = () => {
  const rows = comparable(witness(), path().map(({ id }) => id)).map(rowOf);
  one("[data-comparison]").replaceChildren(...rows);
  one("[data-compared]").hidden = rows.length === 0;
};
