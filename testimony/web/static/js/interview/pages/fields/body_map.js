/** The drawing of a body: a tap on a part leaves the injuries on the list that can be there. */

import { all, on, one } from "../base/cards.js";

const partsOf = (field) => all("[data-region]", field);

const narrow = (field, codes) => {
  for (const option of all(".options [data-option]", field)) {
    const fits = codes === null || codes.includes(option.dataset.option) || one("input", option).checked;
    option.hidden = !fits;
  }
  one('[data-act="whole-body"]', field).hidden = codes === null;
};

const press = (field, part) => partsOf(field).forEach((each) => each.setAttribute("aria-pressed", String(each === part)));

const choose = (part) => {
  const field = part.closest("[data-field]");
  const again = part.getAttribute("aria-pressed") === "true";
  press(field, again ? null : part);
  narrow(field, again ? null : part.dataset.codes.split(" "));
};

/** No part is chosen, in any drawing: what one interview looked at is not there in the next. */
export const showWholeBodies = () =>
  all('[data-picture="body"]').forEach((drawing) => {
    const field = drawing.closest("[data-field]");
    press(field, null);
    narrow(field, null);
  });

on({
  "body-part": choose,
  "whole-body": (button) => {
    const field = button.closest("[data-field]");
    press(field, null);
    narrow(field, null);
    partsOf(field)[0].focus({ preventScroll: true });
  },
});

/** A part of a drawing is no button of the browser's: Enter and the space bar have to press it. */
document.addEventListener("keydown", (event) => {
  const part = event.target.closest?.("[data-region]");
  if (!part || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  choose(part);
});
