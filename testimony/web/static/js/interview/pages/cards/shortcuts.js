/** "Nothing of this happened", everything in the order of the form, and what else could be told: fewer taps on the cards. */

import { isAnswered } from "../../form/answers.js";
import { all, cardNamed, on, one, pageData } from "../base/cards.js";
import { answerText } from "../fields/fields.js";
import { shown } from "../base/phrases.js";
import { relevant } from "../../form/conditions.js";
import { titleOf } from "./review.js";
import { touch } from "./autosave.js";
import { asksAll, untold } from "../../form/default_path.js";
import { silenced } from "../../form/harm.js";
import { nothingOf } from "../../form/shortcuts.js";
import { go, showProgress, whenEntered } from "./card.js";
import { answer, answers, ordered, path, purposes } from "../base/interview_state.js";

const definition = () => pageData().form.definition;
const markOf = (section) => `none_${section}`;
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Answer what is open in a part with none, and show what was said that way. */
const nothing = ({ dataset }) => {
  const { section } = dataset;
  const given = nothingOf(definition(), section, answers(), purposes());
  const before = answers()[markOf(section)]?.value ?? [];
  Object.entries(given).forEach(([field, held]) => answer(field, held));
  answer(markOf(section), { value: [...new Set([...before, ...Object.keys(given)])] });
  return go(`none-${section}`);
};

const rowOf = (field) => {
  const row = one("[data-review-row]").content.firstElementChild.cloneNode(true);
  const place = one(`[data-field="${field}"]`);
  const card = place.closest("[data-card]");
  one("dt", row).textContent = titleOf(card);
  one("dd", row).textContent = answerText(place, answers()[field]);
  one("button", row).dataset.goto = card.dataset.card;
  return row;
};

const answeredSo = (section) => (answers()[markOf(section)]?.value ?? []).filter((field) => isAnswered(answers()[field]));

const fillNothing = (card) => {
  const { section } = cardNamed(card).dataset;
  one("[data-nothing-rows]", cardNamed(card)).replaceChildren(...answeredSo(section).map(rowOf));
};

/** Take back what one tap answered, as far as nobody corrected it since. */
const undoNothing = ({ dataset }) => {
  const { section } = dataset;
  const fields = answeredSo(section);
  const open = Object.fromEntries(Object.entries(answers()).filter(([field]) => !fields.includes(field)));
  const given = nothingOf(definition(), section, open, purposes());
  fields.filter((field) => same(given[field], answers()[field])).forEach((field) => answer(field, undefined));
  answer(markOf(section), undefined);
  return go(path().find((each) => each.coded && each.section === section)?.id);
};

/** Whether everything is asked in the order of the form; every switch on the cards says it. */
export const showPace = () => all('[data-act="pace"]').forEach((button) => button.setAttribute("aria-pressed", String(asksAll(definition(), answers()))));

/** The switch stands on a card that both ways ask. */
const pace = () => {
  answer("pace", asksAll(definition(), answers()) ? undefined : { value: "all" });
  answer("rest", undefined);
  showPace();
  showProgress();
  touch();
};

const asked = () => {
  const unspoken = silenced(pageData().prompts, answers());
  return relevant(definition(), answers(), purposes()).filter((field) => !unspoken.has(field));
};

const showDeskCodes = () => one('[data-act="desk-codes"]').setAttribute("aria-pressed", String(answers().code_rest !== undefined));

/** Leave what was not asked to the desk, which codes it; a second tap undoes this. */
const deskCodes = () => {
  answer("code_rest", answers().code_rest === undefined ? { value: "desk" } : undefined);
  showDeskCodes();
  touch();
};

const fillRest = () => {
  const parts = untold(ordered(), asked(), answers());
  one("[data-rest-none]").hidden = parts.length > 0;
  showDeskCodes();
  one("[data-rest]").replaceChildren(...parts.map(({ section, cards }) => {
    const row = one("[data-rest-row]").content.firstElementChild.cloneNode(true);
    one("[data-rest-name]", row).textContent = pageData().sections[section];
    one("[data-rest-count]", row).textContent = shown(cards.length);
    Object.assign(one("button", row).dataset, { section, goto: cards[0] });
    return row;
  }));
};

on({
  nothing,
  "undo-nothing": undoNothing,
  pace,
  "desk-codes": deskCodes,
  rest: ({ dataset }) => {
    answer("rest", { value: [...new Set([...(answers().rest?.value ?? []), dataset.section])] });
    return go(dataset.goto);
  },
});
whenEntered((card) => {
  showPace();
  if (card.startsWith("none-")) fillNothing(card);
  if (card === "rest") fillRest();
});
