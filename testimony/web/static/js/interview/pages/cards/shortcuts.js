/** "Nothing of this happened", "only what is needed first", and what else could be told: fewer taps on the cards. */

import { isAnswered } from "../../form/answers.js";
import { all, cardNamed, on, one, pageData } from "../base/cards.js";
import { answerText } from "../fields/fields.js";
import { pastOptional } from "../../form/flow.js";
import { shown } from "../base/phrases.js";
import { relevant } from "../../form/conditions.js";
import { titleOf } from "./review.js";
import { touch } from "./autosave.js";
import { hurried, nothingOf, untold } from "../../form/shortcuts.js";
import { go, whenEntered } from "./card.js";
import { answer, answers, path, purposes, sitting } from "../base/interview_state.js";

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

/** Whether only what is needed is asked; every switch on the cards says it. */
export const showPace = () => all('[data-act="pace"]').forEach((button) => button.setAttribute("aria-pressed", String(hurried(answers()))));

const pace = () => {
  const { card } = sitting.state;
  const inHurry = !hurried(answers());
  answer("pace", inHurry ? { value: "needed" } : undefined);
  answer("rest", undefined);
  showPace();
  touch();
  const onPath = path().some(({ id }) => id === card);
  return onPath ? null : go(pastOptional(sitting.cards.filter(({ id }) => id === card || path().some((each) => each.id === id)), card)?.id);
};

const asked = () => relevant(definition(), answers(), purposes());

const fillRest = () => {
  const parts = untold(sitting.cards, asked(), answers());
  one("[data-rest-none]").hidden = parts.length > 0;
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
