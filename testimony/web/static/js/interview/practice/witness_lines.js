/** Which line of the invented witness answers which question. DOM-free. */

const PURPOSE = "purpose_";

/** The line of `lines` for a question of a card; null where the witness says nothing. `purpose` is that of a question of consent. */
export const lineFor = (lines, { field, coded = false, purpose = null }) => {
  if (Object.hasOwn(lines, field)) return lines[field];
  if (purpose !== null) return lines[PURPOSE + purpose] ?? lines.purpose;
  return coded ? lines.other : null;
};

/** The facts to look at after the interview: [{field, line}] of those that were asked, in the order of the story. */
export const comparable = ({ lines, facts }, asked) => facts.filter((field) => asked.includes(field)).map((field) => ({ field, line: lines[field] }));
