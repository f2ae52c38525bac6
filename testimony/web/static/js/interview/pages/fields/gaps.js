/** Answers in the texts of later questions, as in "How old is Amal?"; three dots stand there while nobody knows. */

import { all, one, pageData } from "../base/cards.js";
import { counted } from "../../form/conditions.js";
import { answerText } from "./fields.js";

const UNKNOWN = "…";

const textOf = (id, answer) => {
  const field = one(`[data-field="${CSS.escape(id)}"]`);
  return field && answer?.value !== undefined ? answerText(field, answer) : "";
};

/** Fill every gap with what counts of `answers`; `null` takes all answers out of the texts. */
export const fillGaps = (answers, purposes = []) => {
  const gaps = all("[data-answer-of]");
  if (gaps.length === 0) return;
  const given = answers === null ? {} : counted(pageData().form.definition, answers, purposes);
  gaps.forEach((gap) => (gap.textContent = textOf(gap.dataset.answerOf, given[gap.dataset.answerOf]) || UNKNOWN));
};
