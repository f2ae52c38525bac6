/** Answers in the texts of later questions, as in "How old is Amal?"; three dots stand there while nobody knows. */

import { all, one, pageData } from "../base/cards.js";
import { counted } from "../../form/conditions.js";
import { operand } from "../../form/expressions.js";
import { written } from "../../form/operands.js";
import { today } from "../base/interview_state.js";
import { answerText } from "./fields.js";

const UNKNOWN = "…";

/** What is calculated from the answers; a field of its own has no such name. */
const calculated = (tree, given, purposes) => written(operand(tree, given, purposes, today()));

const textOf = (id, answer) => {
  const field = one(`[data-field="${CSS.escape(id)}"]`);
  return field && answer?.value !== undefined ? answerText(field, answer) : "";
};

/** Fill every gap with what counts of `answers`; `null` takes all answers out of the texts. */
export const fillGaps = (answers, purposes = []) => {
  const gaps = all("[data-answer-of]");
  if (gaps.length === 0) return;
  const given = answers === null ? {} : counted(pageData().form.definition, answers, purposes);
  const trees = pageData().form.definition.calculated ?? {};
  gaps.forEach((gap) => {
    const id = gap.dataset.answerOf;
    const text = answers !== null && Object.hasOwn(trees, id) ? calculated(trees[id], given, purposes) : textOf(id, given[id]);
    gap.textContent = text || UNKNOWN;
  });
};
