/** Answers in the texts of later questions, as in "How old is Amal?" with three dots while nobody knows, and notes that depend on answers. */

import { all, one, pageData } from "../base/cards.js";
import { counted } from "../../form/conditions.js";
import { evaluate, operand } from "../../form/expressions.js";
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

/** Fill every gap with what counts of `answers`, and show the notes that fit them; `null` takes all of it away. */
export const fillGaps = (answers, purposes = []) => {
  const gaps = all("[data-answer-of]");
  const notes = all("[data-note-when]");
  if (gaps.length + notes.length === 0) return;
  const given = answers === null ? {} : counted(pageData().form.definition, answers, purposes);
  const trees = pageData().form.definition.calculated ?? {};
  gaps.forEach((gap) => {
    const id = gap.dataset.answerOf;
    const text = answers !== null && Object.hasOwn(trees, id) ? calculated(trees[id], given, purposes) : textOf(id, given[id]);
    gap.textContent = text || UNKNOWN;
  });
  notes.forEach((note) => (note.hidden = answers === null || !evaluate(JSON.parse(note.dataset.noteWhen), given, purposes, today())));
};
