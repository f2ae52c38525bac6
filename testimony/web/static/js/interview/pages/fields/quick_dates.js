/** Today, yesterday, this week and the last, this month and the last as taps on a date. Each says which date it means: the clock of a phone may be wrong. */

import { quickDates } from "../../dates/quick_dates.js";
import { all, one } from "../base/cards.js";
import { inWords, region, written } from "../base/phrases.js";
import { today } from "../base/interview_state.js";

const nameOf = ({ unit, back }, lang) => {
  const name = written(new Intl.RelativeTimeFormat(region(), { numeric: "auto" }).format(back, unit));
  return name.charAt(0).toLocaleUpperCase(lang) + name.slice(1);
};

const part = (tag, textContent) => Object.assign(document.createElement(tag), { textContent });

const buttonFor = (quick, lang) => {
  const button = Object.assign(document.createElement("button"), { type: "button" });
  Object.assign(button.dataset, { act: "take-quick", date: quick.date, precise: quick.precision });
  button.append(part("span", nameOf(quick, lang)), " ", part("small", inWords(quick)));
  return button;
};

/** The taps beside the date of `field`: those of a precision that its form knows. `held`: {date, precision} of the answer. */
export const showQuick = (field, held) => {
  const place = one("[data-quick-dates]", field.closest("[data-card]"));
  if (!place) return;
  const { lang } = document.documentElement;
  const known = quickDates(today(), lang).filter(({ precision }) => one(`[data-field="${field.dataset.precision}"] > .options [data-option="${precision}"]`, place.parentElement));
  if (all("button", place).map(({ dataset }) => dataset.date).join() !== known.map(({ date }) => date).join()) place.replaceChildren(...known.map((quick) => buttonFor(quick, lang)));
  place.hidden = known.length === 0;
  all("button", place).forEach((button) => {
    const { date, precise } = button.dataset;
    button.setAttribute("aria-pressed", String(date === held.date && precise === held.precision));
  });
};
