/** Answers to questions that a newer form does not have any more: kept, read back, and sealed where they belonged. DOM-free. */

const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);

/**
 * Note how a question was asked that is answered now: its compartment, its words and what the answer says. `noted` is the
 * draft's ({field: {part, words, said}}); the new one is returned.
 */
export const noteAsked = (noted, definition, field, words, said) => {
  const asked = own(definition.fields, field);
  return asked ? { ...noted, [field]: { part: asked.compartment, words, said } } : noted;
};

/** [{field, part, words, said}] of what is answered and not asked by the form in force. */
export const asksNoMore = (noted, definition, answers) =>
  Object.entries(noted ?? {})
    .filter(([field]) => !own(definition.fields, field) && own(answers, field) !== undefined)
    .map(([field, asked]) => ({ field, ...asked }));

/** `contents` of the compartments with those answers too, names only where the lawyers read names. */
export const withEarlier = (contents, noted, definition, answers, purposes) => {
  const kept = asksNoMore(noted, definition, answers).filter(({ part }) => part !== "identity" || purposes.includes("P04"));
  const added = (part) => kept.filter((asked) => asked.part === part).map(({ field }) => [field, answers[field]]);
  const extended = kept.map(({ part }) => [part, { ...contents[part], answers: { ...contents[part].answers, ...Object.fromEntries(added(part)) } }]);
  return { ...contents, ...Object.fromEntries(extended) };
};
