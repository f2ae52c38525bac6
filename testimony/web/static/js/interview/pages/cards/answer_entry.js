/** Answers as they are given: a tap, a key, a choice from a list; what is wrong with them; and on to the next card. */

import { isAnswered, numberFrom } from "../../form/answers.js";
import { all, cardNamed, complain, on, one, pageData, word } from "../base/cards.js";
import { fieldsOf } from "../../form/expressions.js";
import { fieldOf, readField, showField } from "../fields/fields.js";
import { after, before, isAsked, lacking, pastOptional } from "../../form/flow.js";
import { unlikelyInTalk } from "../../form/talk_checks.js";
import { followPicker } from "../fields/picker.js";
import { addRow } from "../fields/rows.js";
import { touch } from "./autosave.js";
import { bringWords } from "./prompts.js";
import { onward } from "../../form/default_path.js";
import { afterCorrection, isCorrecting, notReadYet } from "./read_back.js";
import "./shortcuts.js";
import { go, showConditions, showProgress, showWords } from "./card.js";
import { answer, answers, here, interviewing, path, sitting, wrong } from "../base/interview_state.js";

const MOVE_AFTER = 220;
const DOUBLE_TAP = 400;
/** Where an answer is read with every key. */
const TYPED = "[data-input], input[data-part], textarea[data-part]";

/** The option that a finger last touched: a choice made with the keyboard does not move the card. */
let touched = null;
let byFinger = false;
document.addEventListener("pointerdown", (event) => ([touched, byFinger] = [event.target.closest(".option"), true]), { passive: true });
document.addEventListener("keydown", () => ([touched, byFinger] = [null, false]));
let moving = null;
let moved = 0;

/** Done when the words of the language that was chosen last are on the page: nobody goes on without them. */
let speaking = Promise.resolve();

/** Show what is said in the language that was chosen; one whose words this phone cannot bring is not chosen. */
const speak = async (field, earlier) => {
  const tag = answers().witness_language?.value;
  try {
    await bringWords(tag);
  } catch {
    if (!interviewing() || answers().witness_language?.value !== tag) return; // another one was chosen meanwhile
    answer("witness_language", earlier);
    showField(field, answers());
    complain(word("said_missing"));
    touch();
  }
  if (interviewing()) showWords();
};

const settle = (field, target) => {
  const id = field.dataset.field;
  const earlier = answers()[id];
  answer(id, readField(field, target, answers()));
  showField(field, answers());
  all(`[data-precision="${id}"]`).forEach(settleDate);
  if (id === "witness_language") speaking = speak(field, earlier);
  complain("");
  showConditions();
  showProgress();
  touch();
};

const settleDate = (field) => {
  answer(field.dataset.field, readField(field, field, answers()));
  showField(field, answers());
};

const answered = (event) => {
  const field = interviewing() && event.target.closest("[data-section] [data-field]");
  if (!field || event.target.closest("dialog")) return;
  const typed = event.target.matches(TYPED);
  if (event.target.matches("[data-narrow]") || typed !== (event.type === "input")) return;
  settle(field, event.target);
  const single = event.target.type === "radio" && !("stay" in field.dataset) && event.target.closest(".option") === touched;
  if (single && field.dataset.type === "select" && !["code", "languages"].includes(sitting.state.card)) moveSoon();
};

/** Of a card with several questions, whether one is still open: it moves by itself only after the last. */
const isHalfDone = (name) => {
  const card = sitting.cards.find(({ id }) => id === name);
  return (card.fields ?? []).some((field) => isAsked(card, field, answers()) && !isAnswered(answers()[field]));
};

/** On to the next card, once the eye has seen what was chosen. */
const moveSoon = () => {
  const { card } = sitting.state;
  if (isHalfDone(card)) return;
  clearTimeout(moving);
  moving = setTimeout(() => {
    if (sitting.state?.card !== card) return; // somebody went elsewhere meanwhile
    moved = Date.now();
    next();
  }, MOVE_AFTER);
};
document.addEventListener("change", answered);
document.addEventListener("input", answered);

/** The fields that a violation is about: its own, and those that it was compared with. */
const aboutOf = ({ field, check, when }) => {
  const tree = when ?? pageData().form.definition.fields[field].checks?.find(({ id }) => id === check)?.when;
  return [...new Set([field, ...fieldsOf(tree)])];
};
const keyOf = ({ field, check }) => `${field}.${check}`;
/** With which answers something was asked about: with others it is asked about again. */
const basisOf = (found) => JSON.stringify(aboutOf(found).map((field) => answers()[field] ?? null));
const sentenceOf = ({ check }) => pageData().checks[check] ?? word(`wrong_${check}`) ?? word("not_possible");

/** What is impossible on this card; or what is unlikely with what it says, also on a card that came earlier, and was not asked yet. */
const stopping = (card) => {
  const fields = all("[data-field]", cardNamed(card.id)).map((field) => field.dataset.field);
  const found = card.coded ? wrong() : unlikelyInTalk(fields, answers());
  const blocking = found.filter(({ field, kind }) => kind === "block" && fields.includes(field));
  if (blocking.length > 0) return blocking.slice(0, 1);
  return found.filter((each) => each.kind === "ask" && aboutOf(each).some((field) => fields.includes(field)) && sitting.state.asked[keyOf(each)] !== basisOf(each));
};

/** What keeps the card from being left forwards, in words; what is unlikely is asked about once. */
const hindrance = (card) => {
  if (card.id === "review") return notReadYet();
  if (lacking(card, answers()).length > 0) return word(card.coded ? "answer_or_reason" : card.section === "told" ? "said_needed" : "answer_needed");
  if (card.section === "teach" && card.required.some((field) => answers()[field].value === "not")) return word("explain_again");
  const found = stopping(card);
  if (found.length === 0) return "";
  const sentences = found.map(sentenceOf);
  if (found[0].kind === "block") return sentences[0];
  found.forEach((each) => (sitting.state.asked[keyOf(each)] = basisOf(each)));
  return [...sentences, word("ask_once")].join(" ");
};

const next = async () => {
  clearTimeout(moving);
  await speaking;
  if (!interviewing()) return null;
  const card = sitting.cards.find(({ id }) => id === sitting.state.card);
  const sentence = hindrance(card);
  if (sentence) {
    const several = all("[data-field]", cardNamed(card.id)).length > 1;
    const [gap] = several ? lacking(card, answers()) : [];
    complain(sentence, card.id === "review", gap ? one(`[data-field="${gap}"]`, cardNamed(card.id)) : null);
    touch(); // what was asked about once is not asked again after a lock
    return null;
  }
  return goFrom(after);
};

/** To the card that `step` (walk, walk, id) finds after this one, where the default path leads from it, or back to what is read. */
const goFrom = (step) => {
  const { from, walk } = here();
  return go(afterCorrection(from.id) ?? onward(path(), from, step(walk, walk, from.id), answers())?.id);
};

const take = (field, codes, many) => {
  if (codes.length === 0) answer(field.dataset.field, undefined);
  else answer(field.dataset.field, { value: many ? codes : codes[0] });
};

followPicker(answers, (field, chosen, many, part) => {
  if (part) answer(field.dataset.field, readField(field, part, answers()));
  else take(field, chosen, many);
  showField(field, answers());
  complain("");
  showConditions();
  showProgress();
  touch();
});

/** One tap on what this interview makes likely: a single answer moves on, as any other one that a finger chose. */
const takeSuggested = (button) => {
  const field = fieldOf(button);
  const code = button.dataset.suggest;
  const option = one(`.options [data-option="${CSS.escape(code)}"] input`, field);
  const many = ["multi", "multi_code"].includes(field.dataset.type);
  const held = [answers()[field.dataset.field]?.value ?? []].flat();
  if (option) option.click(); // it knows which answer stands alone
  else if (field.dataset.type === "int") answer(field.dataset.field, numberFrom(code));
  else take(field, !many ? [code] : held.includes(code) ? held.filter((each) => each !== code) : [...held, code], many);
  showField(field, answers());
  one(`[data-suggest="${CSS.escape(code)}"]`, field)?.focus();
  complain("");
  showConditions();
  touch();
  if (!many && !("stay" in field.dataset)) moveSoon();
};

/** A date that the page offers, with how exact it is: both are shown, and nothing moves on by itself. */
const takeQuick = ({ dataset }) => {
  const card = cardNamed(sitting.state.card);
  const field = one("[data-precision]", card);
  answer(field.dataset.precision, { value: dataset.precise });
  answer(field.dataset.field, { value: dataset.date });
  [one(`[data-field="${field.dataset.precision}"]`, card), field].forEach((each) => showField(each, answers()));
  complain("");
  showConditions();
  showProgress();
  touch();
};

const count = (button, step) => {
  const field = fieldOf(button);
  const now = answers()[field.dataset.field]?.value;
  answer(field.dataset.field, numberFrom(String(Math.max((now ?? (step > 0 ? 0 : 1)) + step, 0))));
  showField(field, answers());
  complain("");
  showConditions();
  touch();
};

/** To the card before this one; false on the first, from which nothing leads back. */
export const toCardBefore = async () => {
  clearTimeout(moving);
  const { from, walk } = here();
  const card = isCorrecting(from.id) ? "read-part" : (before(walk, walk, from.id)?.id ?? null);
  await go(card);
  return card !== null;
};

on({
  next: () => (Date.now() - moved < DOUBLE_TAP ? null : next()),
  told: (button) => {
    if (byFinger && Date.now() - moved < DOUBLE_TAP) return null; // a second tap on the card before this one
    all("[data-field]", button.closest("[data-card]")).forEach(({ dataset }) => answer(dataset.field, { value: "said" }));
    touch();
    if (byFinger) moved = Date.now();
    return next();
  },
  back: toCardBefore,
  "skip-optional": () => goFrom((walk, _cards, id) => pastOptional(walk, id)),
  "add-row": (button) => one("[data-part] :is(button, input), select[data-part], input[data-part]", addRow(fieldOf(button)))?.focus(),
  "remove-row": (button) => {
    const field = fieldOf(button);
    button.closest("[data-row]").remove();
    settle(field, field);
    one('[data-act="add-row"]', field).focus();
  },
  "take-suggested": takeSuggested,
  "take-quick": takeQuick,
  less: (button) => count(button, -1),
  more: (button) => count(button, 1),
});
