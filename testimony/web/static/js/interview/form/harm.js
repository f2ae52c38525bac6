/** Do no harm, as prompts: which are due with these answers, and which fields are not asked any more. DOM-free. */

import { evaluate } from "./conditions.js";

/** Ids of the prompts whose moment has come and that were not shown yet, in their order. `prompts`: [{id, when, silences}]. */
export const due = (prompts, answers, shown = []) => prompts.filter(({ id, when }) => !shown.includes(id) && evaluate(when, answers)).map(({ id }) => id);

/** Fields that leave the path: no further detail after what a person should not have to tell twice. */
export const silenced = (prompts, answers) => new Set(prompts.filter(({ when }) => evaluate(when, answers)).flatMap(({ silences }) => silences));
