/** The English below what is said, folded away for a speaker whom headquarters confirmed: one tap on a card opens it on all. */

import { all, on, one } from "../base/cards.js";

let opened = false;

const buttons = () => all('[data-act="turn-source"]');
const fold = (away) => document.documentElement.toggleAttribute("data-source-folded", away);

/** On `card`, for who speaks the witness's language: the button stands below the first sentence that has English. Others see all of it. */
export const foldSource = (card, speaks) => {
  buttons().forEach((button) => button.remove());
  fold(speaks && !opened);
  if (!speaks) return;
  const first = all("[data-source]", card).find((source) => !source.closest("[hidden]:not([data-card])"));
  first?.after(one("[data-source-turn]").content.cloneNode(true));
  buttons().forEach((button) => button.setAttribute("aria-expanded", String(opened)));
};

on({
  "turn-source": (button) => {
    opened = !opened;
    fold(!opened);
    button.setAttribute("aria-expanded", String(opened));
  },
});
