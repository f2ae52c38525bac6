/** Answers about the talk itself that hardly go together: asked about once, and kept if they are meant. DOM-free. */

import { evaluate, fieldsOf } from "./expressions.js";

const CHECKS = [{ field: "interpreter", check: "interpreter_absent", kind: "ask", when: ["and", ["has", "interpreter", "yes"], ["has", "cs_present", "none"]] }];

/** What is unlikely, [{field, check, kind, when}], of the questions `fields` of a card. */
export const unlikelyInTalk = (fields, answers) =>
  CHECKS.filter(({ when }) => fieldsOf(when).some((field) => fields.includes(field)) && evaluate(when, answers));
