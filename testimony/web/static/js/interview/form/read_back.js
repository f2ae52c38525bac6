/** What is read back to the witness: parts of the interview, and which of them were read as they stand now. DOM-free. */

/** The account is a part of its own, as are the recordings and what an earlier form asked. */
export const ACCOUNT = "n_text";
export const MEDIA = "kept-media";
export const EARLIER = "asked-earlier";

const isRead = (card) => card.coded || card.section === "purposes";
/** The part to which a card of the path belongs. */
export const partOf = ({ id, section }) => (id === ACCOUNT ? ACCOUNT : section);

const byField = ([one], [other]) => (one < other ? -1 : 1);
const basisOf = (lines, answers) => JSON.stringify(lines.map(({ field }) => [field, answers[field]]).sort(byField));

/**
 * The parts with answers, in the order of `path`: [{id, lines: [{card, field}], basis}]. `fieldsOn(card id)` names the fields of a card.
 * A mark holds as long as `basis` is the same: any change of an answer is read anew.
 */
export const partsOf = (path, fieldsOn, answers) => {
  const lines = path.filter(isRead).flatMap((card) =>
    fieldsOn(card.id).filter((field) => answers[field] !== undefined).map((field) => ({ part: partOf(card), card: card.id, field })));
  return [...new Set(lines.map(({ part }) => part))].map((id) => {
    const own = lines.filter(({ part }) => part === id).map(({ card, field }) => ({ card, field }));
    return { id, lines: own, basis: basisOf(own, answers) };
  });
};

/** Whether the part was read to the witness as it stands. `marks`: {part: basis}. */
export const wasRead = (marks, { id, basis }) => marks[id] === basis;

/** The marks without those of parts that were changed since: they stay away, even when the old answer comes back. */
export const stillRead = (marks, parts) => {
  const changed = parts.filter((part) => !wasRead(marks, part)).map(({ id }) => id);
  return Object.fromEntries(Object.entries(marks).filter(([id]) => !changed.includes(id)));
};

/** What was not read. A part that holds nothing needs no reading. */
export const unread = (marks, parts) => parts.filter((part) => !part.empty && !wasRead(marks, part));

/** The part to read after `id`: the next one that was not read, from the first one again after the last; null when all were. */
export const nextToRead = (marks, parts, id) => {
  const at = parts.findIndex((part) => part.id === id);
  const left = unread(marks, [...parts.slice(at + 1), ...parts.slice(0, at + 1)]);
  return left[0]?.id ?? null;
};

const FOLDED_FROM = 160; // letters: about what stands in four lines of a small phone
const FIRST_WORDS = 12;
const wordsOf = (text) => text.split(/\s+/).filter(Boolean);

/** How many words a text has. */
export const wordCount = (text) => wordsOf(text).length;

/** The first words of a text that is too long to stand open; null for a short one. */
export const firstWords = (text) => (text.length <= FOLDED_FROM ? null : `${wordsOf(text).slice(0, FIRST_WORDS).join(" ")} …`);
