/** Reading back: the parts with their marks, the answers of one part in one language or the other, and corrections from there. */

import { asksNoMore } from "../../form/earlier_form.js";
import { lacking } from "../../form/flow.js";
import { ACCOUNT, EARLIER, MEDIA, nextToRead, partOf, partsOf, stillRead, unread, wasRead, wordCount } from "../../form/read_back.js";
import { all, cardNamed, on, one, pageData, word } from "../base/cards.js";
import { answers, path, sitting, spokenData } from "../base/interview_state.js";
import { filled, languageOf, region } from "../base/phrases.js";
import { touch } from "./autosave.js";
import { go, whenEntered } from "./card.js";
import { rowsOf } from "./reread_rows.js";
import { titleOf } from "./review.js";

const rowFrom = (template) => one(`[data-${template}]`).content.firstElementChild.cloneNode(true);

/** {basis, count, empty} of the recordings and pictures; null where nobody asks for any. They are counted by the script that keeps them. */
let media = null;
/** The card that was corrected last, until its answers are shown again. */
let corrected = null;
/** The question whose answer was to be corrected: its card may hold others. */
let question = null;

/** What the draft holds of the reading: {marks, open: part, correcting: card, theirs, told: [part]}. */
const reading = () => (sitting.state.readBack ??= { marks: {}, open: null, correcting: null, theirs: null, told: [] });

const earlier = () => asksNoMore(sitting.state.form?.asked, pageData().form.definition, answers());
/** In the order in which they are read: how exact a date is comes after the date. */
const fieldsOn = (card) => {
  const fields = all("[data-field]", cardNamed(card)).map(({ dataset }) => dataset);
  const exact = fields.flatMap(({ precision }) => precision ?? []);
  return fields.filter(({ field }) => !exact.includes(field)).flatMap(({ field, precision }) => [field, precision ?? []].flat());
};

const parts = () => {
  const kept = earlier();
  return [
    ...partsOf(path(), fieldsOn, answers()),
    ...(kept.length > 0 ? [{ id: EARLIER, lines: kept, basis: JSON.stringify(kept) }] : []),
    ...(media ? [{ id: MEDIA, lines: [], ...media }] : []),
  ];
};

const OWN_TITLES = { [ACCOUNT]: () => titleOf(cardNamed(ACCOUNT)), [EARLIER]: () => word("asked_earlier"), [MEDIA]: () => word("kept_media") };
const titleFor = ({ id }) => (OWN_TITLES[id] ?? (() => pageData().sections[id]))();

const amountOf = ({ id, lines, count }) => {
  const text = id === ACCOUNT && answers()[ACCOUNT].value;
  if (text) return filled("words_count", { n: wordCount(text) });
  return count ?? filled("answers_count", { n: lines.length });
};

/** The witness's language, where the page has sentences of it beside its own. */
const theirLanguage = () => {
  const witness = answers().witness_language?.value;
  return witness !== pageData().lang && one(`[data-section] .words [data-heard][data-words="${witness}"]`) ? witness : null;
};
/** In which language the answers stand: as chosen; else the witness's for an interviewer who speaks it, as headquarters confirmed. */
const languageRead = () => {
  const theirs = theirLanguage();
  return theirs && (reading().theirs ?? spokenData().speaks.includes(theirs)) ? theirs : pageData().lang;
};

const showChoice = () => {
  const [theirs, read] = [theirLanguage(), languageRead()];
  all("[data-read-in]").forEach((choice) => (choice.hidden = theirs === null));
  all('[data-act="read-in"]').forEach((button) => {
    const lang = button.dataset.read === "theirs" ? theirs : pageData().lang;
    button.setAttribute("aria-pressed", String(lang === read));
    one("span", button).textContent = theirs === null ? "" : languageOf(lang);
  });
  all("[data-read-draft]").forEach((hint) => (hint.hidden = read === pageData().lang || !pageData().draft_questions.includes(read)));
};

const partRow = (part) => {
  const row = rowFrom("read-part-row");
  const read = wasRead(reading().marks, part);
  row.dataset.read = String(read);
  one("[data-read-name]", row).textContent = titleFor(part);
  one("[data-read-count]", row).textContent = amountOf(part);
  one("[data-read-done]", row).hidden = !read;
  one("[data-read-open]", row).hidden = read || Boolean(part.empty);
  one("button", row).dataset.read = part.id;
  return row;
};

const fillParts = () => {
  const known = parts();
  reading().marks = stillRead(reading().marks, known);
  one("[data-read-parts]").replaceChildren(...known.map(partRow));
  showChoice();
};

const earlierRow = ({ words, said }) => {
  const row = rowFrom("review-row");
  one("dt", row).textContent = words;
  one("dd", row).textContent = said;
  one(".way", row).remove(); // what is not asked any more cannot be corrected
  return row;
};

const blockOf = (part) => {
  const block = rowFrom("review-section");
  one("h3", block).textContent = titleFor(part);
  const rows = part.id === EARLIER ? part.lines.map(earlierRow) : rowsOf(part.lines, answers(), languageRead());
  one("dl", block).append(...rows);
  return block;
};

const wayTo = (button) => one(`[data-card="read-part"] ${button}`);

/** Show the answers of the part that is open; the list of all parts when it holds none any more. */
const fillPart = () => {
  fillParts();
  const part = parts().find(({ id }) => id === reading().open);
  if (!part) return reading().open === MEDIA ? null : go("review"); // media is counted a moment later
  one("[data-reread]").replaceChildren(...(part.id === MEDIA ? [] : [blockOf(part)]));
  one("[data-media-review]").hidden = part.id !== MEDIA;
  if (corrected) (wayTo(`[data-goto="${CSS.escape(corrected)}"][data-question="${CSS.escape(question)}"]`) ?? wayTo(`[data-goto="${CSS.escape(corrected)}"]`))?.focus();
  corrected = null;
  return null;
};

/** What is kept of sound and pictures, as {basis, count, empty}, or null; told whenever it is read back. */
export const noteMedia = (kept) => {
  media = kept;
  if (sitting.state?.card === "review") fillParts();
  if (sitting.state?.card === "read-part" && reading().open === MEDIA) fillPart();
};

/** What was not read to the witness, in one sentence and once for each part; "" when there is nothing more to say of it. */
export const notReadYet = () => {
  const { marks, told } = reading();
  const known = parts();
  const left = unread(marks, known);
  if (left.every(({ id }) => told.includes(id))) return "";
  reading().told = left.map(({ id }) => id);
  if (left.length === unread({}, known).length) return word("read_nothing");
  const names = new Intl.ListFormat(region()).format(left.map(titleFor));
  return filled("not_read", { parts: names });
};

/** Whether the card `id` is open to be corrected, so that one comes back from it to its part. */
export const isCorrecting = (id) => sitting.state.readBack?.correcting === id && path().some((card) => card.id === "review");

/** Where one goes from a corrected card: to what the correction opened and must be answered, else back to its part; null from any other card. */
export const afterCorrection = (id) => {
  if (!isCorrecting(id)) return null;
  const opened = path().find((card) => partOf(card) === reading().open && lacking(card, answers()).length > 0);
  if (opened) reading().correcting = opened.id;
  else corrected = id;
  return opened?.id ?? "read-part";
};

const open = (id) => {
  reading().open = id;
  return go(id === null ? "review" : "read-part");
};

on({
  "read-part": ({ dataset }) => open(dataset.read),
  "read-list": () => open(null),
  "was-read": () => {
    const known = parts();
    const part = known.find(({ id }) => id === reading().open);
    reading().marks = { ...stillRead(reading().marks, known), [part.id]: part.basis };
    reading().told = reading().told.filter((id) => id !== part.id); // when it is corrected later, it is said again
    return open(nextToRead(reading().marks, known, part.id));
  },
  "correct-read": async ({ dataset }) => {
    reading().correcting = dataset.goto;
    ({ question } = dataset);
    await go(dataset.goto);
    one(`[data-fields] > [data-field="${CSS.escape(question)}"] :is(input, button, select)`)?.focus();
  },
  "read-in": ({ dataset }) => {
    reading().theirs = dataset.read === "theirs";
    touch();
    return sitting.state.card === "read-part" ? fillPart() : fillParts();
  },
});

whenEntered((card) => {
  if (sitting.state.readBack && card !== reading().correcting) reading().correcting = null;
  if (card === "review") fillParts();
  if (card === "read-part") return fillPart();
  return null;
});
document.addEventListener("interview-left", () => ([media, corrected, question] = [null, null, null]));
