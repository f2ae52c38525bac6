/** Notes into the draft how each answered question was asked, so that a form which asks it no more costs no letter. */

import { one, pageData } from "../base/cards.js";
import { noteAsked } from "../../form/earlier_form.js";
import { answerText } from "../fields/fields.js";
import { askedIn } from "./review.js";

/** The answers that were noted as they are; a changed answer is another object. */
let known = new Map();

/** Called before each saving; looks only at what changed. `state` is the draft's. */
export const noteAnswers = (state) => {
  const { definition } = pageData().form;
  const changed = Object.entries(state.answers).filter(([field, held]) => known.get(field) !== held);
  for (const [field, held] of changed) {
    const place = one(`[data-field="${CSS.escape(field)}"]`);
    if (place) state.form = { ...state.form, asked: noteAsked(state.form?.asked ?? {}, definition, field, askedIn(place), answerText(place, held)) };
    known.set(field, held);
  }
};

/** Another interview. */
export const forgetNoted = () => (known = new Map());
